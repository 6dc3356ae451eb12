import type { Reading } from '#model/reading';
import type { LimitRule } from '#model/rule';
import type { SitePoint } from '#model/site';
import { isHigh } from '#model/standard';
import type { EpochMs } from '#model/time';

export interface BareAlarm {
  readonly point: string;
  readonly rule: string;
  /** By the reading's own time, and when it came. */
  readonly at: EpochMs;
  readonly told: EpochMs;
  clearedAt: EpochMs | null;
}

interface Lane {
  readonly rule: LimitRule;
  open: BareAlarm | null;
}

/**
 * What one builds in an afternoon: beyond the limit is an alarm and a message, back inside is the all-clear and
 * another. No delay and no deadband; fair in that a bad reading counts as none.
 */
export class BareThreshold {
  readonly alarms: BareAlarm[] = [];
  /** When each message went to the one person on call. */
  readonly messages: EpochMs[] = [];
  readonly #lanes: ReadonlyMap<string, readonly Lane[]>;

  constructor(points: readonly SitePoint[]) {
    this.#lanes = new Map(
      points.map(({ id, rules }) => [
        id,
        rules.filter((rule) => rule.kind === 'limit').map((rule) => ({ rule, open: null })),
      ]),
    );
  }

  take(readings: readonly Reading[], arrived: EpochMs): void {
    for (const { point, at, value, quality } of readings) {
      if (quality !== 'good' || value === null) continue;
      for (const lane of this.#lanes.get(point) ?? []) this.#judge(lane, { point, at, value }, arrived);
    }
  }

  #judge(
    lane: Lane,
    { point, at, value }: { point: string; at: EpochMs; value: number },
    told: EpochMs,
  ): void {
    const { id, limit, inclusive } = lane.rule;
    const beyond = (inclusive && value === limit) || (isHigh(id) ? value > limit : value < limit);
    if (beyond === (lane.open !== null)) return;
    this.messages.push(told);
    if (lane.open !== null) {
      lane.open.clearedAt = told;
      lane.open = null;
      return;
    }
    lane.open = { point, rule: id, at, told, clearedAt: null };
    this.alarms.push(lane.open);
  }
}
