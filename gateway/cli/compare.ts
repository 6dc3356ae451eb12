import { parseArgs } from 'node:util';
import type { Entry } from '#model/journal';
import { qualityCode } from '#model/quality';
import type { Reading } from '#model/reading';
import { type EpochMs, HOUR } from '#model/time';
import { type Comparison, compare, type Difference, type Sides } from '../forward/influx/comparison.ts';
import { INFLUX_CONSUMER } from '../forward/influx/forwarder.ts';
import { SetAside } from '../forward/influx/set-aside.ts';
import { Tally } from '../forward/influx/tally.ts';
import { type TargetRows, targetRows } from '../forward/influx/target-rows.ts';
import { Cursor } from '../journal/cursor.ts';
import { scanJournal, seqBefore } from '../journal/scan.ts';
import { createLog } from '../runtime/log.ts';
import type { Command } from './command.ts';
import { type InfluxFolder, influxFolder, spanOf } from './influx-folder.ts';

export const command: Command = {
  synopsis: 'SITE DIR [--from TIME] [--to TIME]',
  summary: 'compares the readings in journal and InfluxDB hour by hour; exit code 1 when something differs',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { from: { type: 'string' }, to: { type: 'string' } },
    });
    const folder = await influxFolder('compare', positionals);
    const span = spanOf(values);
    const rows = await targetRows(folder.target, folder.site);
    const sides = await readSides(folder, rows, span);
    const result = compare(sides);
    process.stdout.write(`${report(result, sides, rows.name).join('\n')}\n`);
    process.stdout.write(`${adviceOf(result, positionals, folder).join('')}`);
    return result.differences.length === 0 ? 0 : 1;
  },
};

interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

interface BothSides extends Sides {
  /** Readings of points that the site file does not have (any more): they are not sent. */
  readonly unknown: number;
}

/** The journal first and what came meanwhile last, so that what runs while we look is on its way and not a difference. */
async function readSides(folder: InfluxFolder, rows: TargetRows, span: Span): Promise<BothSides> {
  const log = createLog(process.env['HYGATE_LOG'] ?? 'error');
  const known = new Set(folder.site.devices.flatMap(({ points }) => points.map(({ id }) => id)));
  const tally = () => new Tally((value) => rows.keep(value));
  const [journal, ahead, influx] = [tally(), tally(), tally()];
  let [unknown, earliest] = [0, span.to];
  const take = (reading: Reading, isAhead: boolean) => {
    const { point, at, value, quality } = reading;
    if (at < span.from || at >= span.to) return;
    if (!known.has(point)) {
      unknown += 1;
      return;
    }
    earliest = Math.min(earliest, at);
    const row = { point, at, value, q: qualityCode[quality] };
    journal.add(row);
    if (isAhead) ahead.add(row);
  };
  const settled = new Cursor(folder.journalDir, INFLUX_CONSUMER, log).get();
  const scan = (after: number) => scanJournal(folder.journalDir, after, log);
  let last = seqBefore(folder.journalDir, span.from);
  for (const entry of scan(last)) {
    last = entry.seq;
    for (const reading of readingsOf(entry)) take(reading, entry.seq > settled);
  }
  // Before the first reading of the journal there is nothing to ask for but what others wrote.
  for await (const row of rows.read(Math.max(span.from, earliest), span.to)) {
    if (known.has(row.point)) influx.add(row);
  }
  for (const entry of scan(last)) for (const reading of readingsOf(entry)) take(reading, true);
  return { journal, ahead, influx, unknown };
}

const readingsOf = (entry: Entry): readonly Reading[] => (entry.kind === 'readings' ? entry.readings : []);

const MOST_SHOWN = 50;

function report(
  { hours, differences, underWay }: Comparison,
  { journal, influx, unknown }: BothSides,
  name: string,
): string[] {
  const shown = differences.slice(0, MOST_SHOWN).map((difference) => lineOf(difference, name));
  const more = differences.length - shown.length;
  return [
    ...shown,
    ...(more > 0 ? [`… and ${count(more, 'more hour')}`] : []),
    `${count(journal.count, 'reading')} in the journal, ${influx.count.toLocaleString('en-US')} in ${name}; ` +
      `${count(differences.length, 'hour')} of ${hours.toLocaleString('en-US')} (counted for each point) ` +
      `${differences.length === 1 ? 'differs' : 'differ'}`,
    ...(underWay > 0 ? [`${count(underWay, 'hour')} still on the way, and nothing missing so far`] : []),
    ...(unknown > 0
      ? [`${count(unknown, 'reading')} of points that the site file does not have: not compared`]
      : []),
  ];
}

function lineOf({ point, hour, journal, influx }: Difference, name: string): string {
  const what =
    journal === influx
      ? 'the same number, other values or times'
      : journal > influx
        ? `${journal - influx} missing in ${name}`
        : `${influx - journal} more in ${name}`;
  return `${new Date(hour).toISOString()}  ${point}  journal ${journal}, ${name} ${influx}: ${what}`;
}

/** What a person can do about it. */
function adviceOf(
  { differences }: Comparison,
  positionals: readonly string[],
  { asidePath }: InfluxFolder,
): string[] {
  const [first, last] = [differences[0], differences.at(-1)];
  if (first === undefined || last === undefined) return [];
  const aside = new SetAside(asidePath);
  const kept = aside.groups().reduce((sum, { lines }) => sum + lines, 0);
  aside.close();
  const where = positionals.join(' ');
  const span = `--from ${isoOf(first.hour)} --to ${isoOf(last.hour + HOUR)}`;
  return [
    ...(kept > 0 ? [`${count(kept, 'row')} set aside; send again: hygate replay ${where}\n`] : []),
    `Send these hours again from the journal: hygate replay ${where} ${span}\n`,
  ];
}

const isoOf = (at: EpochMs): string => new Date(at).toISOString();

const count = (number: number, noun: string): string =>
  `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
