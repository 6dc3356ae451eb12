import type { Row, Span } from '../series/row.ts';
import { passes } from './condition.ts';
import type { Context } from './context.ts';
import type { Counting } from './counting.ts';
import type { Member } from './group.ts';
import { isWithin } from './time-span.ts';

/** Counts up a series row by row: those that lie in `within`. */
export async function addReadRows(
  { series, rest }: Member,
  counting: Counting,
  { context, within }: { readonly context: Context; readonly within: Span },
): Promise<void> {
  const { calls, span, windows } = counting;
  const only = onlyEnd(counting);
  const missing = new Set(calls);
  const add = (row: Row) => {
    if (!isWithin(span, row) || !passes(rest, row.fields, context.patterns)) return;
    for (const [index, call] of calls.entries()) {
      const value = row.fields[call.field];
      if (value === undefined) continue;
      windows.tallies(windows.beginOf(row.at))[index]?.add(value, row);
      missing.delete(call);
    }
  };
  for await (const page of series.pages(within, only === 'last')) {
    await context.work.read(page.length);
    for (const row of page) {
      add(row);
      if (only !== null && missing.size === 0) return;
    }
  }
}

/** Where only the first or only the last values of the span are asked for, the rest is not read. */
function onlyEnd({ calls, windows }: Counting): 'first' | 'last' | null {
  if (windows.time !== null) return null;
  return (['first', 'last'] as const).find((end) => calls.every(({ name }) => name === end)) ?? null;
}
