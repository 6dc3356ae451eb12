import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import { GAP_CAUSES, gapCauseNames } from '#model/outage';
import { type AuditReport, audit, type HourFault } from '../journal/audit/audit.ts';
import { journalFolderOf } from '../journal/data-folder.ts';
import { createLog } from '../runtime/log.ts';
import type { Command } from './command.ts';

export const command: Command = {
  synopsis: 'DIR [--json]',
  summary: 'proves of every point and hour: expected = stored + missing; exit code 1 when it does not hold',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const [folder] = positionals;
    if (folder === undefined || positionals.length > 1) {
      throw new HygateError('request-invalid', 'give one data folder: hygate audit DIR');
    }
    const dir = journalFolderOf(folder);
    const begun = performance.now();
    const report = audit({ dir, log: createLog(process.env['HYGATE_LOG'] ?? 'error') });
    const seconds = (performance.now() - begun) / 1000;
    const text = values.json ? JSON.stringify({ ...report, seconds }) : lines(report, seconds).join('\n');
    process.stdout.write(`${text}\n`);
    return holds(report) ? 0 : 1;
  },
};

const holds = ({ unbalancedHours, historyFaultHours, historyFaults, doubled }: AuditReport): boolean =>
  unbalancedHours === 0 && historyFaultHours === 0 && historyFaults.length === 0 && doubled === 0;

const SHOWN = 50;
const number = (value: number): string => value.toLocaleString('en-US');
const hourText = (at: number): string => new Date(at).toISOString().slice(0, 16);

function lines(report: AuditReport, seconds: number): string[] {
  const { segments, rows, points, readings, end, totals } = report;
  const rate = Math.round(readings / Math.max(seconds, 0.001));
  return [
    `${number(points)} points, ${number(totals.hours)} hours of points, ${number(readings)} readings in ${number(rows)} rows of ${segments} segments, until ${new Date(end).toISOString()}`,
    `expected ${number(totals.expected)} = stored ${number(totals.stored)} + missing ${number(totals.expected - totals.stored)}; bad ${number(totals.bad)} of the stored, extra ${number(totals.extra)}`,
    ...causeLines(report),
    ...section('Hours of which most is missing', report.worst.map(hourLine), report.worst.length),
    ...section('Hours that do not balance', report.unbalanced.map(hourLine), report.unbalancedHours),
    ...historyLines(report),
    ...(report.doubled > 0 ? [`${number(report.doubled)} readings are there twice`] : []),
    ...(report.unconfigured.length > 0
      ? [
          `${number(report.unconfigured.length)} points of which the journal never heard how often they are read: nothing is due of them`,
        ]
      : []),
    `${holds(report) ? 'The ledger holds.' : 'THE LEDGER DOES NOT HOLD.'} ${seconds.toFixed(1)} s, ${number(rate)} readings/s`,
  ];
}

function causeLines({ totals }: AuditReport): string[] {
  return GAP_CAUSES.flatMap((cause) => {
    const count = totals.missing[cause];
    return count === undefined
      ? []
      : [`  missing ${number(count).padStart(12)}  ${cause}: ${gapCauseNames[cause].en}`];
  });
}

function hourLine({ point, row }: HourFault): string {
  const causes = Object.entries(row.missing).map(([cause, count]) => `${cause} ${count}`);
  return `  ${hourText(row.from)}  ${point}  expected ${row.expected}, stored ${row.stored}  ${causes.join(', ')}`;
}

function historyLines({ history, historyFaultHours, historyFaults }: AuditReport): string[] {
  if (history === null)
    return ['There is no history of this version to compare with: a start makes it anew.'];
  const told = history.map(
    ({ point, hour, segments, history: count, hashes }) =>
      `  ${hourText(hour)}  ${point}  segments ${segments} (${hashes[0]}), history ${count} (${hashes[1]})`,
  );
  const others = historyFaults.map((fault) => `  ${fault}`);
  return [
    ...section('Hours in which the history differs from the segments', told, historyFaultHours),
    ...section('What else the history says otherwise', others, others.length),
  ];
}

function section(title: string, told: readonly string[], count: number): string[] {
  if (count === 0) return [];
  const shown = told.slice(0, SHOWN);
  const more = count - shown.length;
  return [`${title}:`, ...shown, ...(more > 0 ? [`  … and ${number(more)} more`] : [])];
}
