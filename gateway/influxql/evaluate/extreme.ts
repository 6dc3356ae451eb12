import { HOUR } from '#model/time';
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
  { calls, span, windows }: Counting,
): Promise<Span | null> {
  const [call, ...others] = calls;
  const [part] = parts;
  if (part === undefined || others.length > 0 || windows.time !== null) return null;
  if (call?.name !== 'min' && call?.name !== 'max') return null;
  const { name } = call;
  const { from, to } = wholeMsSpan(span);
  const hours = await buckets({ from, to }, HOUR);
  const values = hours.flatMap((hour) => part(hour)?.[name] ?? []);
  const extreme = values.reduce((a, b) => Math[name](a, b), name === 'min' ? Infinity : -Infinity);
  const first = hours.find((hour) => part(hour)?.[name] === extreme);
  if (first === undefined) return { from, to: from };
  return { from: Math.max(from, first.from), to: Math.min(to, first.from + HOUR) };
}
