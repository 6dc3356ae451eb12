import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import { realClock, SECOND } from '#model/time';
import { backUp } from '../journal/backup/backup.ts';
import type { Command } from './command.ts';

export const command: Command = {
  synopsis: 'DIR TO',
  summary:
    'copies a data folder, while its gateway runs or not; again into the same folder, only what is new',
  async run(args) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
    const [from, to] = positionals;
    if (from === undefined || to === undefined || positionals.length > 2) {
      throw new HygateError('request-invalid', 'give a data folder and where to: hygate backup DIR TO');
    }
    const began = realClock.monotonic();
    const { files, kept, copiedBytes } = await backUp({ from, to, now: realClock.wall() });
    const seconds = (realClock.monotonic() - began) / SECOND;
    const size = (copiedBytes / 2 ** 20).toFixed(1);
    process.stdout.write(
      `${to}: ${files} files copied (${size} MB), ${kept} sealed segments were there already. ${seconds.toFixed(1)} s\n` +
        `It holds passwords and keys: guard it as you guard the gateway. Check it: hygate verify ${to}\n`,
    );
    return 0;
  },
};
