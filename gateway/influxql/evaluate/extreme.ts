import { type EpochMs, HOUR } from '#model/time';
import type { Span } from '../series/row.ts';
import type { Counting } from './counting.ts';
import type { Summaries } from './summaries.ts';
import { wholeMsSpan } from './time-span.ts';

/**
 * Where the row of the one extreme lies that is asked for: the first hour that reaches it. Null: another question, and all
 * readings must be read.
 */
export async function spanOfExtreme(
  { buckets, parts }: Summaries,
  { calls, span, windows, work }: Counting,
): Promise<Span | null> {
  const [call, ...others] = calls;
  const [part] = parts;
  if (part === undefined || others.length > 0 || windows.time !== null) return null;
  if (call?.name !== 'min' && call?.name !== 'max') return null;
  const { name } = call;
  const { from, to } = wholeMsSpan(span);
  let best: { readonly from: EpochMs; readonly value: number } | null = null;
  for await (const hours of buckets({ from, to }, HOUR)) {
    await work.pause();
    for (const hour of hours) {
      const value = part(hour)?.[name];
      if (value === undefined) continue;
      if (best === null || (name === 'min' ? value < best.value : value > best.value))
        best = { from: hour.from, value };
    }
  }
  if (best === null) return { from, to: from };
  return { from: Math.max(from, best.from), to: Math.min(to, best.from + HOUR) };
}
