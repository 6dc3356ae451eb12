import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import { realClock, SECOND } from '#model/time';
import { doubtWaiting } from '../../alerts/engine/store/restored-outbox.ts';
import { endSessions } from '../api/users/restored-users.ts';
import { type RestoreReport, restore } from '../journal/backup/restore.ts';
import { isDamage } from '../runtime/disk-error.ts';
import type { Command } from './command.ts';

export const command: Command = {
  synopsis: 'BACKUP DIR [--even-damaged]',
  summary: 'puts a backup back into an empty or new folder, checked, whole or not at all',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'even-damaged': { type: 'boolean', default: false } },
    });
    const [from, to] = positionals;
    if (from === undefined || to === undefined || positionals.length > 2) {
      throw new HygateError('request-invalid', 'give a backup and a new folder: hygate restore BACKUP DIR');
    }
    const began = realClock.monotonic();
    const report = await restore({
      ...{ from, to, settle, now: realClock.wall() },
      evenDamaged: values['even-damaged'],
    });
    const seconds = (realClock.monotonic() - began) / SECOND;
    process.stdout.write(`${lines(report, to, seconds).join('\n')}\n`);
    return 0;
  },
};

/** A file that is damaged, and brought all the same, is dealt with by the start. */
function settle(dataDir: string): void {
  for (const work of [
    () => endSessions(join(dataDir, 'users.sqlite')),
    () => doubtWaiting(join(dataDir, 'alarms.sqlite')),
  ]) {
    try {
      work();
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
  }
}

function lines(
  { files, bytes, backupAt, verified, damaged }: RestoreReport,
  to: string,
  seconds: number,
): string[] {
  const { rows, readings } = verified;
  const size = (bytes / 2 ** 20).toFixed(1);
  return [
    `${to}: ${files} files restored (${size} MB), as of ${new Date(backupAt).toISOString()}: ${readings} readings in ${rows} rows. ${seconds.toFixed(1)} s`,
    ...(damaged.length === 0
      ? ['Each file is as the backup wrote it; nothing was changed, removed, inserted or reordered.']
      : [
          `NOT WHOLE (${damaged.length}), and the journal will say so:`,
          ...damaged.map((text) => `  ${text}`),
        ]),
    'Users and passwords are those of that time, and everybody must log in again. Never run the old gateway beside this one.',
    `Start it: hygate run --config site.yaml --data ${to}`,
  ];
}
