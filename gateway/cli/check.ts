import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import { readSite } from '../site-file.ts';
import type { Command } from './command.ts';

export const command: Command = {
  synopsis: 'FILE',
  summary: 'names every mistake of a site file with its line',
  async run(args) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) {
      throw new HygateError('config-unreadable', 'give one site file: hygate check site.yaml');
    }
    const { site, hints } = await readSite(file);
    const points = site.devices.reduce((sum, device) => sum + device.points.length, 0);
    process.stdout.write(
      `${file}: good. ${counted(site.areas.length, 'area')}, ${counted(site.devices.length, 'device')}, ${counted(points, 'point')}.\n`,
    );
    for (const hint of hints) process.stdout.write(`${hint}\n`);
    return 0;
  },
};

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
