import type { Alarm } from '#model/alarm';
import type { Rule } from '#model/rule';
import { type EpochMs, MINUTE, type Ms } from '#model/time';
import type { AlarmBook } from '../book/book.ts';
import type { Watch } from './watch.ts';

/** Where verdicts go, and when they are found. */
export interface Court {
  readonly book: AlarmBook;
  now: EpochMs;
}

export type Found = Pick<Alarm, 'since' | 'raisedAt' | 'value' | 'worst' | 'clearedAt' | 'expectedAt'>;

/** An alarm is marked late when it is raised this long (and a period) after its delay had run out. */
const LATE_AFTER: Ms = 5 * MINUTE;

export function raise({ book, now }: Court, { point, every }: Watch, rule: Rule, found: Found): void {
  const { since, raisedAt, clearedAt, expectedAt } = found;
  // A fault has no value: what the lane counts with is 0 or 1.
  const { value, worst } = rule.kind === 'fault' ? { value: null, worst: null } : found;
  const late = now - raisedAt > LATE_AFTER + every;
  const finding = { point, rule, since, raisedAt, value, worst, late, clearedAt };
  book.raise(expectedAt === undefined ? finding : { ...finding, expectedAt }, now);
}

/** With what an alarm is cleared when the hours of its rule are over. */
export const HOURS_OVER = '规则的适用时段已结束 / the hours of the rule are over';
