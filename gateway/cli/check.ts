import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import type { Site } from '#model/site';
import { readSite } from '../site-file.ts';
import type { Command } from './command.ts';
import { checkAlarms } from './rehearsal/check-alarms.ts';

export const command: Command = {
  synopsis: 'FILE [--alarms CASES]',
  summary: 'names every mistake of a site file with its line; tries its alarms and messages on timelines',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { alarms: { type: 'string' } },
    });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) {
      throw new HygateError('config-unreadable', 'give one site file: hygate check site.yaml');
    }
    const { site, hints } = await readSite(file);
    process.stdout.write(`${file}: good. ${summaryOf(site)}.\n`);
    for (const hint of hints) process.stdout.write(`${hint}\n`);
    return values.alarms === undefined ? 0 : checkAlarms(site, values.alarms);
  },
};

function summaryOf({ areas, devices }: Site): string {
  const points = devices.reduce((sum, device) => sum + device.points.length, 0);
  return `${counted(areas.length, 'area')}, ${counted(devices.length, 'device')}, ${counted(points, 'point')}`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
