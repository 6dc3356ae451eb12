import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import type { Site } from '#model/site';
import type { Language, Text } from '#model/text';
import { RefusedFile } from '../refused-file.ts';
import { readSite } from '../site-file.ts';
import type { Command } from './command.ts';
import { languageOf } from './language.ts';
import { checkAlarms } from './rehearsal/check-alarms.ts';

export const command: Command = {
  synopsis: 'FILE [--alarms CASES] [--language zh|en]',
  summary: 'names every mistake of a site file with its line; tries its alarms and messages on timelines',
  async run(args) {
    const wishes = wishesOf(args);
    try {
      return await check(wishes);
    } catch (error) {
      if (!(error instanceof RefusedFile)) throw error;
      process.stderr.write(`hygate: ${error.in(wishes.language)}\n`);
      return 1;
    }
  },
};

interface Wishes {
  readonly file: string;
  /** A file of cases to try the site's alarms on. */
  readonly alarms: string | undefined;
  readonly language: Language;
}

function wishesOf(args: readonly string[]): Wishes {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { alarms: { type: 'string' }, language: { type: 'string' } },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    throw new HygateError('config-unreadable', 'give one site file: hygate check site.yaml');
  }
  return { file, alarms: values.alarms, language: languageOf(values.language) };
}

async function check({ file, alarms, language }: Wishes): Promise<number> {
  const { site, hints } = await readSite(file);
  const good = { zh: `${file}：正确。${summaryOf(site).zh}。`, en: `${file}: good. ${summaryOf(site).en}.` };
  for (const line of [good, ...hints]) process.stdout.write(`${line[language]}\n`);
  return alarms === undefined ? 0 : checkAlarms(site, alarms, language);
}

function summaryOf({ areas, devices }: Site): Text {
  const points = devices.reduce((sum, device) => sum + device.points.length, 0);
  return {
    zh: `${areas.length} 个区域，${devices.length} 台设备，${points} 个测点`,
    en: `${counted(areas.length, 'area')}, ${counted(devices.length, 'device')}, ${counted(points, 'point')}`,
  };
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
