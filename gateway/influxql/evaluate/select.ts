import type { AnswerSeries, Cell } from '../answer.ts';
import { QueryError } from '../query-error.ts';
import type { Select } from '../syntax/statement.ts';
import { aggregated } from './aggregate.ts';
import { comparisonsIn } from './condition.ts';
import type { Context } from './context.ts';
import { type GroupTask, groupsOf } from './group.ts';
import { page } from './page.ts';
import { rawColumns, rawRows } from './raw.ts';
import { matcherOf } from './sources.ts';
import { isSelector } from './tally.ts';
import { readingSpan, spanOf } from './time-span.ts';

/** Answers SELECT. Throws QueryError. */
export async function answerSelect(select: Select, context: Context): Promise<readonly AnswerSeries[]> {
  check(select);
  checkConditions(select, context);
  const matches = matcherOf(select.from, context);
  const span = readingSpan(spanOf(select.where.time, context.now));
  const measurements = await context.store.open(matches, span, context.work.read);
  const series: AnswerSeries[] = [];
  const order = select.descending ? measurements.toReversed() : measurements;
  for (const measurement of order) {
    // SLIMIT counts in the order of the tags, whichever way the answer is sorted.
    const groups = page(groupsOf(measurement, select, context.patterns), select.series);
    for (const group of select.descending ? groups.toReversed() : groups) {
      const { columns, values } = await answerGroup(select, { measurement, group, context });
      if (values.length === 0) continue;
      context.work.answer(values.length, columns.length);
      const { tags } = group;
      series.push({ name: measurement.name, ...(tags && { tags }), columns: ['time', ...columns], values });
    }
  }
  return series;
}

async function answerGroup(
  select: Select,
  task: GroupTask,
): Promise<{ readonly columns: readonly string[]; readonly values: readonly (readonly Cell[])[] }> {
  if (select.columns.every(({ call }) => call === null)) {
    const columns = rawColumns(select, task.measurement);
    return { columns: columns.map(({ title }) => title), values: await rawRows(select, columns, task) };
  }
  const { columns, values } = await aggregated(select, task);
  return { columns, values: page(values, select.rows) };
}

/** Refuses what is not supported before anything is read. */
function checkConditions({ where }: Select, { patterns }: Context): void {
  for (const { to } of comparisonsIn(where.condition)) if (typeof to === 'object') patterns.of(to.pattern);
}

/** What InfluxDB refuses in the same words. */
function check({ columns, by }: Select): void {
  const calls = columns.flatMap(({ call }) => (call === null ? [] : [call]));
  const mixed = calls.length < columns.length;
  if (calls.length === 0 && by.time !== null)
    throw new QueryError('GROUP BY requires at least one aggregate function');
  if (calls.length === 0 || !mixed) return;
  if (!calls.every(isSelector))
    throw new QueryError('mixing aggregate and non-aggregate queries is not supported');
  if (calls.length > 1)
    throw new QueryError('mixing multiple selector functions with tags or fields is not supported');
  if (columns.some(({ of }) => of === '*'))
    throw new QueryError('a function beside * is not supported: name the fields');
}
