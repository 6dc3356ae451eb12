import type { EpochMs } from '#model/time';
import type { Row, Span } from '../series/row.ts';
import { NS_PER_MS } from '../syntax/duration.ts';
import type { TimeLimit } from '../syntax/statement.ts';

/** A moment as rows have it: ms, and ns after it. */
export interface Moment {
  readonly at: EpochMs;
  readonly order: number;
}

/** From the first moment to the last one, both inclusive; null: without an end. */
export interface TimeSpan {
  readonly first: Moment | null;
  readonly last: Moment | null;
}

/** Beyond every reading, and such that a sum with it is exact. */
const END_OF_TIME: EpochMs = 8.64e15;

/** All limits together. */
export function spanOf(limits: readonly TimeLimit[], now: EpochMs): TimeSpan {
  let first: bigint | null = null;
  let last: bigint | null = null;
  for (const { compare, base, shift } of limits) {
    const at = (base === 'now' ? BigInt(now) * NS_PER_MS : base) + shift;
    if (compare !== '<' && compare !== '<=') first = later(first, compare === '>' ? at + 1n : at);
    if (compare !== '>' && compare !== '>=') last = earlier(last, compare === '<' ? at - 1n : at);
  }
  return { first: momentOf(first), last: momentOf(last) };
}

const later = (a: bigint | null, b: bigint): bigint => (a === null || b > a ? b : a);
const earlier = (a: bigint | null, b: bigint): bigint => (a === null || b < a ? b : a);

function momentOf(ns: bigint | null): Moment | null {
  if (ns === null) return null;
  const order = ((ns % NS_PER_MS) + NS_PER_MS) % NS_PER_MS;
  return { at: Number((ns - order) / NS_PER_MS), order: Number(order) };
}

/** What must be read for it: whole milliseconds. */
export const readingSpan = ({ first, last }: TimeSpan): Span => ({
  from: Math.max(0, first === null ? 0 : first.at),
  to: Math.min(END_OF_TIME, last === null ? END_OF_TIME : last.at + 1),
});

/** The same for rows that lie on whole milliseconds. */
export function wholeMsSpan(span: TimeSpan): Span {
  const { from, to } = readingSpan(span);
  return { from: (span.first?.order ?? 0) > 0 ? from + 1 : from, to };
}

/** Of a row that lies in the milliseconds which were read. */
export function isWithin({ first, last }: TimeSpan, { at, order }: Row): boolean {
  if (first !== null && at === first.at && order < first.order) return false;
  return last === null || at !== last.at || order <= last.order;
}
