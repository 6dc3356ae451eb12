import type { Gap, PointLedger } from '#model/journal';
import type { PointId } from '#model/point';
import { type EpochMs, HOUR, type Ms } from '#model/time';
import { HourTally } from './hour-tally.ts';
import type { Era, Incidents } from './incidents.ts';
import { PointWalk } from './point-walk.ts';
import { isPlausible } from './tick-walk.ts';

export interface LedgerQuestion {
  readonly point: PointId;
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** What comes after this is not known yet. */
  readonly end: EpochMs;
  readonly eras: readonly Era[];
  readonly incidents: Incidents;
  /** Readings in order; they begin a while before `from`, with the last one before that while, if there is one. */
  readonly at: ArrayLike<number>;
  readonly mark: ArrayLike<number>;
}

/** What was due of a point, what came of it, and why the rest did not. */
export function ledgerOf(question: LedgerQuestion): PointLedger {
  const { point, from, to, end, incidents, at, mark } = question;
  const gaps: Gap[] = [];
  const causes = incidents.causes(point);
  const tally = new HourTally({ point, causes, from, to, onGap: (gap) => gaps.push(gap) });
  const first = at[0] ?? from;
  const eras = first < from ? since(question.eras, first) : question.eras;
  const walk = new PointWalk(eras, tally);
  for (let i = 0; i < at.length; i++) walk.reading(at[i] ?? 0, mark[i] ?? 0);
  walk.end(end);
  const hours = tally.take();
  const expected = new Map(hours.map((row) => [row.from, row.expected]));
  const unbalanced = hoursIn(from, Math.min(to, end)).filter(
    (hour) => !isBalanced(expected.get(hour) ?? 0, { hour, end, eras: question.eras }),
  );
  gaps.push(...unconfigured(question));
  return { hours, gaps: gaps.sort((a, b) => a.from - b.from), unbalanced };
}

export interface HourOfEras {
  readonly hour: EpochMs;
  readonly end: EpochMs;
  readonly eras: readonly Era[];
}

/** Whether the ticks of an hour are as many as the periods that fit into it, counted another way than by walking. */
export function isBalanced(ticks: number, { hour, end, eras }: HourOfEras): boolean {
  let [periods, cuts] = [0, 0];
  for (const era of eras) {
    const from = Math.max(era.from, hour);
    const to = Math.min(era.to, end, hour + HOUR);
    if (from >= to) continue;
    periods += (to - from) / era.every;
    cuts += Number(from === era.from) + Number(to === era.to || to === end);
  }
  return isPlausible(ticks, periods, cuts);
}

function hoursIn(from: EpochMs, to: EpochMs): EpochMs[] {
  const first = Math.ceil(from / HOUR);
  const count = Math.max(0, Math.floor(to / HOUR) - first);
  return Array.from({ length: count }, (_, index) => (first + index) * HOUR);
}

/** What was due before the first reading that is known is another question's. */
const since = (eras: readonly Era[], first: EpochMs): readonly Era[] =>
  eras.filter(({ to }) => to > first).map((era) => ({ ...era, from: Math.max(era.from, first) }));

function unconfigured({ point, from, to, end, eras }: LedgerQuestion): Gap[] {
  const last = Math.min(to, end);
  const starts = [from, ...eras.map((era) => Math.max(from, era.to))];
  const ends = [...eras.map((era) => Math.min(last, era.from)), last];
  return starts.flatMap((start, index): Gap[] => {
    const over = ends[index] ?? last;
    return over > start ? [{ point, from: start, to: over, missing: 0, cause: 'not-configured' }] : [];
  });
}

/** How long before a span the walk begins, so that it has found the rhythm by then. */
export const leadOf = (every: Ms): Ms => Math.max(HOUR, 64 * every);
