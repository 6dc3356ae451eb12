import type { Cell } from '../answer.ts';
import { QueryError } from '../query-error.ts';
import type { Row } from '../series/row.ts';
import type { FunctionName, Reference, Select } from '../syntax/statement.ts';
import { isField } from './condition.ts';
import type { Counting } from './counting.ts';
import { filledRows } from './fill.ts';
import type { GroupTask, Member } from './group.ts';
import { addReadRows } from './read-rows.ts';
import { addSummaries, summariesFor } from './summaries.ts';
import { isSelector } from './tally.ts';
import { type Moment, spanOf, type TimeSpan } from './time-span.ts';
import { titlesOf } from './titles.ts';
import { Windows } from './windows.ts';

/** Fields and tags of the row that the one selector has chosen. */
interface Beside {
  readonly name: string;
  readonly field: boolean;
}

/** Counts up a group: a row for each bucket of time, or one for the whole span. */
export async function aggregated(
  select: Select,
  task: GroupTask,
): Promise<{ readonly columns: readonly string[]; readonly values: readonly (readonly Cell[])[] }> {
  const columns = select.columns.map(({ call, of, as }) => columnOf(call, of, { as, task }));
  const calls = columns.flatMap(({ call }) => (call === null ? [] : [call]));
  const span = boundedAbove(spanOf(select.where.time, task.context.now), select, task.context.now);
  const windows = new Windows(
    calls.map(({ name }) => name),
    select.by.time,
    task.context.work,
  );
  const [first] = calls;
  const rowWanted =
    calls.length === 1 &&
    first !== undefined &&
    isSelector(first.name) &&
    (select.by.time === null || columns.length > 1);
  const counting = { calls, span, windows, rowWanted };
  for (const member of task.group.members) await countUp(member, counting, task);
  const titles = titlesOf(columns.map(({ title }) => title));
  const values = filledRows(windows, select, { span, work: task.context.work }).map(
    ({ at, tallies, cells }) => {
      const row = tallies?.[0]?.chosen ?? null;
      const time = select.by.time === null ? ownTime(rowWanted ? row : null, span) : { at, order: 0 };
      let next = 0;
      return [
        time,
        ...columns.map(({ call, beside }) =>
          call === null ? besideOf(row, beside) : (cells[next++] ?? null),
        ),
      ];
    },
  );
  return { columns: titles, values };
}

function columnOf(
  call: FunctionName | null,
  of: Reference | '*',
  { as, task }: { as: string | null; task: GroupTask },
) {
  if (of === '*') throw new QueryError('a function of * is not supported: name the field');
  const { fields } = task.measurement;
  const field = isField(of, fields);
  const title = as ?? call ?? of.name;
  if (call === null) return { title, call, beside: { name: of.name, field } };
  const type = fields.get(of.name);
  const numeric = call !== 'count' && call !== 'first' && call !== 'last';
  if (type === 'string' && numeric)
    throw new QueryError(`${call}() of the text "${of.name}" is not possible: count, first and last are`);
  return { title, call: { name: call, field: of.name }, beside: null };
}

/** Buckets without an end would go on for ever: they end now. */
function boundedAbove(span: TimeSpan, { by }: Select, now: number): TimeSpan {
  return by.time === null || span.last !== null ? span : { ...span, last: { at: now, order: 0 } };
}

async function countUp(member: Member, counting: Counting, { context }: GroupTask): Promise<void> {
  const wanted = summariesFor(member, counting, context.patterns);
  if (wanted === null) return addReadRows(member, counting, context);
  await addSummaries(wanted, counting);
  await context.work.read(0);
}

const besideOf = (row: Row | null, beside: Beside | null): Cell =>
  (row === null || beside === null ? undefined : (beside.field ? row.fields : row.tags)[beside.name]) ?? null;

/** Without buckets: the row's own time where a row was chosen, else the begin of the span, as InfluxDB has it. */
const ownTime = (row: Row | null, { first }: TimeSpan): Moment =>
  row === null ? (first ?? { at: 0, order: 0 }) : { at: row.at, order: row.order };
