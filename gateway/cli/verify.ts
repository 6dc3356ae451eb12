import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import { realClock, SECOND } from '#model/time';
import { journalFolderOf } from '../journal/data-folder.ts';
import type { Finding } from '../journal/verify/findings.ts';
import { type VerifyReport, verifyJournal } from '../journal/verify/verify.ts';
import type { Command } from './command.ts';

/** Findings that are printed. */
const MOST_SHOWN = 20;

export const command: Command = {
  synopsis: 'DIR [--key FILE] [--roots FILE] [--json]',
  summary:
    'finds any change of a data folder’s journal since it was written; the gateway may run, or be elsewhere',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        key: { type: 'string' },
        roots: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const [folder] = positionals;
    if (folder === undefined || positionals.length > 1) {
      throw new HygateError('request-invalid', 'give one data folder: hygate verify DIR');
    }
    const { key, roots, json } = values;
    const began = realClock.monotonic();
    const dir = journalFolderOf(folder);
    const report = await verifyJournal({
      dir,
      ...(key === undefined ? {} : { key }),
      ...(roots === undefined ? {} : { roots }),
    });
    const seconds = (realClock.monotonic() - began) / SECOND;
    const text = json ? JSON.stringify({ dir, seconds, ...report }, null, 2) : describe(dir, report, seconds);
    process.stdout.write(`${text}\n`);
    return report.found === 0 ? 0 : 1;
  },
};

function describe(dir: string, report: VerifyReport, seconds: number): string {
  const { segments, sealed, expired, rows, readings, head, roots, signedTo, found, findings } = report;
  const perSecond = Math.round(rows / Math.max(seconds, 0.001));
  const lines = [
    `${dir}: ${segments} segments (${sealed} sealed, ${expired} expired), ${rows} rows, ${readings} readings, newest row ${head}`,
    `${roots} signed roots hold, the newest over row ${signedTo}; later rows are under the chain alone. ${seconds.toFixed(1)} s, ${perSecond} rows/s`,
    ...findings.slice(0, MOST_SHOWN).map(line),
    ...(found > MOST_SHOWN ? [`… and ${found - MOST_SHOWN} more`] : []),
    found === 0
      ? 'Nothing was changed, removed, inserted or reordered.'
      : `FOUND: ${found}. This journal is not as it was written.`,
  ];
  return lines.join('\n');
}

function line({ kind, segment, seq, at, text }: Finding): string {
  const where = [
    segment === null ? '' : `segment ${segment}`,
    seq === null ? '' : `row ${seq}`,
    at === null ? '' : new Date(at).toISOString(),
  ].filter((part) => part !== '');
  return `  ${kind}${where.length === 0 ? '' : ` (${where.join(', ')})`}: ${text}`;
}
