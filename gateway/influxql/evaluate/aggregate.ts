import type { Cell } from '../answer.ts';
import type { Row } from '../series/row.ts';
import type { Select } from '../syntax/statement.ts';
import type { Counting } from './counting.ts';
import { spanOfExtreme } from './extreme.ts';
import { filledRows } from './fill.ts';
import type { GroupTask, Member } from './group.ts';
import { outputsOf } from './output.ts';
import { addReadRows } from './read-rows.ts';
import { addSummaries, summariesFor } from './summaries.ts';
import { isSelector } from './tally.ts';
import { type Moment, readingSpan, spanOf, type TimeSpan } from './time-span.ts';
import { titlesOf } from './titles.ts';
import { Windows } from './windows.ts';

/** Counts up a group: a row for each bucket of time, or one for the whole span. */
export async function aggregated(
  { columns, where, by, fill, descending }: Select,
  task: GroupTask,
): Promise<{ readonly columns: readonly string[]; readonly values: readonly (readonly Cell[])[] }> {
  const { now, work } = task.context;
  const outputs = outputsOf(columns, task.measurement);
  const calls = outputs.flatMap(({ call }) => call ?? []);
  const windows = new Windows(calls, by.time, work);
  // Buckets without an end would go on for ever: they end now.
  const { first, last } = spanOf(where.time, now);
  const span = { first, last: by.time === null ? last : (last ?? { at: now, order: 0 }) };
  // The same function of the same field twice is one.
  const different = new Set(calls.map(({ name, field }) => JSON.stringify([name, field])));
  const selects = different.size === 1 && calls.every(({ name }) => isSelector(name));
  const rowWanted = selects && (by.time === null || columns.length > 1);
  for (const member of task.group.members)
    await countUp(member, { calls, span, windows, work, rowWanted }, task);
  const chosen = selects ? (windows.at(0)?.[0]?.chosen ?? null) : null;
  const timeOf = (at: number) => (by.time === null ? ownTime(chosen, span) : { at, order: 0 });
  const values = await filledRows(windows, { outputs, fill, descending, span, work, timeOf });
  return { columns: titlesOf(outputs), values };
}

async function countUp(member: Member, counting: Counting, { context }: GroupTask): Promise<void> {
  const wanted = summariesFor(member, counting, context.patterns);
  const readAll = () => addReadRows(member, counting, { context, within: readingSpan(counting.span) });
  await context.work.read(0);
  if (wanted === null) return readAll();
  if (!counting.rowWanted) return addSummaries(wanted, counting);
  const within = await spanOfExtreme(wanted, counting);
  return within === null ? readAll() : addReadRows(member, counting, { context, within });
}

/** Without buckets: the row's own time where a row was chosen, else the begin of the span, as InfluxDB has it. */
const ownTime = (row: Row | null, { first }: TimeSpan): Moment =>
  row === null ? (first ?? { at: 0, order: 0 }) : { at: row.at, order: row.order };
