import { type Alarm, isQuiet } from '#model/alarm';
import { type Reason, reasonNames } from '#model/quality';
import type { Reading } from '#model/reading';
import { SEVERITIES, type Severity } from '#model/standard';
import type { Text } from '#model/text';
import { type EpochMs, type Ms, SECOND } from '#model/time';

/**
 * What a point shows. Only `normal`, the severities and `uncertain` may show a number as if it held now: `bad` was read
 * and failed, `stale` was good once, `none` never came, and what is out of service may measure anything.
 */
export type PointState = 'normal' | Severity | 'uncertain' | 'bad' | 'stale' | 'none' | 'out-of-service';

/** A reading is late after this many periods: two missed polls, and some seconds on the way. */
const MISSED_PERIODS = 3;
const ON_THE_WAY: Ms = 5 * SECOND;

export const isStale = (reading: Reading, every: Ms, now: EpochMs): boolean =>
  now - reading.at > MISSED_PERIODS * every + ON_THE_WAY;

export interface PointFacts {
  readonly reading: Reading | undefined;
  /** Open alarms of the point. */
  readonly alarms: readonly Alarm[];
  readonly outOfService: boolean;
  readonly every: Ms;
  readonly now: EpochMs;
}

/** The state of a point: first whether there is a value to believe, then whether an alarm lasts. */
export function pointState({ reading, alarms, outOfService, every, now }: PointFacts): PointState {
  if (outOfService) return 'out-of-service';
  if (reading === undefined) return 'none';
  if (isStale(reading, every, now)) return 'stale';
  if (reading.quality === 'bad' || reading.value === null) return 'bad';
  return worstSeverity(alarms) ?? (reading.quality === 'uncertain' ? 'uncertain' : 'normal');
}

/** Of the alarms that still last; one that has returned waits only for an acknowledgement. */
export function worstSeverity(alarms: readonly Alarm[]): Severity | undefined {
  const lasting = alarms.filter(({ clearedAt }) => clearedAt === null).map(({ rule }) => rule.severity);
  return SEVERITIES.findLast((severity) => lasting.includes(severity));
}

export const reasonText = (reason: Reason | null): Text | undefined =>
  reason === null ? undefined : reasonNames[reason];

/** What is told before what is quiet, critical first, then lasting before returned, then unacknowledged first, then the newest. */
export function byUrgency(a: Alarm, b: Alarm): number {
  const rank = (alarm: Alarm): number =>
    (isQuiet(alarm) ? 0 : 100) +
    SEVERITIES.indexOf(alarm.rule.severity) * 10 +
    (alarm.clearedAt === null ? 5 : 0) +
    (alarm.state === 'unacknowledged' ? 2 : 0);
  return rank(b) - rank(a) || b.raisedAt - a.raisedAt;
}
