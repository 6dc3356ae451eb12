import { createHash, type Hash } from 'node:crypto';
import { type EpochMs, HOUR } from '#model/time';
import type { Samples } from '../samples.ts';
import type { Column } from './columns.ts';
import type { HistoryHour } from './history-copy.ts';

/** An hour of a point of which the history says something else than the segments. */
export interface HistoryFault {
  readonly hour: EpochMs;
  readonly segments: number;
  readonly history: number;
  /** SHA-256 over (at, value, mark) of either side, the first 16 digits. */
  readonly hashes: readonly [segments: string, history: string];
}

/** What the two sides need not have in common. */
export interface Allowance {
  /** The history may lack what lies in later rows. */
  readonly cursor: number;
  /** The history may have more of hours before this: their segments have expired. */
  readonly expiredBefore: EpochMs;
  /** The history may have nothing of hours before this: of the two it is what expires first. */
  readonly forgottenBefore: EpochMs;
}

/** Compares a point's readings with the hours of the history. Beyond the allowance they must be the same to the bit. */
export function* historyFaults(
  column: Column,
  hours: Iterable<HistoryHour>,
  allowance: Allowance,
): Iterable<HistoryFault> {
  const known = new Map<EpochMs, HistoryHour>();
  for (const hour of hours) known.set(hour.hour, hour);
  for (const [hour, [start, end]] of spansByHour(column.at)) {
    const stored = known.get(hour);
    known.delete(hour);
    if (stored === undefined && hour < allowance.forgottenBefore) continue;
    const span = { start, end, cursor: allowance.cursor, mayMiss: hour < allowance.expiredBefore };
    if (!isEqual(column, span, stored)) yield faultOf(column, { hour, start, end }, stored);
  }
  // What the history has and no row says.
  for (const [hour, stored] of known) {
    if (hour >= allowance.expiredBefore) yield faultOf(column, { hour, start: 0, end: 0 }, stored);
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function isEqual(
  column: Column,
  { start, end, cursor, mayMiss }: Span & { readonly cursor: number; readonly mayMiss: boolean },
  stored: HistoryHour | undefined,
): boolean {
  if (stored?.summaryFits === false) return false;
  const { at, value, mark } = stored?.samples ?? { at: [], value: [], mark: [] };
  let place = 0;
  for (let i = start; i < end; i++) {
    while (mayMiss && (at[place] ?? Number.POSITIVE_INFINITY) < (column.at[i] ?? 0)) place += 1;
    if (at[place] !== column.at[i]) {
      if ((column.seq[i] ?? 0) <= cursor) return false;
    } else if (mark[place] !== column.mark[i] || !Object.is(value[place], column.value[i])) return false;
    else place += 1;
  }
  return mayMiss || place === at.length;
}

function* spansByHour(at: ArrayLike<number>): Iterable<[hour: EpochMs, span: [number, number]]> {
  for (let start = 0; start < at.length; ) {
    const hour = Math.floor((at[start] ?? 0) / HOUR) * HOUR;
    let end = start;
    while (end < at.length && (at[end] ?? 0) < hour + HOUR) end += 1;
    yield [hour, [start, end]];
    start = end;
  }
}

function faultOf(
  column: Column,
  { hour, start, end }: Span & { readonly hour: EpochMs },
  stored: HistoryHour | undefined,
): HistoryFault {
  const none = { at: [], value: [], mark: [] };
  const history: Pick<Samples, 'at' | 'value' | 'mark'> | typeof none = stored?.samples ?? none;
  const hashes = [
    hashOf(column, { start, end }),
    hashOf(history, { start: 0, end: history.at.length }),
  ] as const;
  return { hour, segments: end - start, history: history.at.length, hashes };
}

function hashOf({ at, value, mark }: Pick<Column, 'at' | 'value' | 'mark'>, { start, end }: Span): string {
  const hash: Hash = createHash('sha256');
  const bytes = Buffer.alloc(17);
  for (let i = start; i < end; i++) {
    bytes.writeDoubleLE(at[i] ?? 0, 0);
    bytes.writeDoubleLE(value[i] ?? 0, 8);
    bytes.writeUInt8(mark[i] ?? 0, 16);
    hash.update(bytes);
  }
  return hash.digest('hex').slice(0, 16);
}
