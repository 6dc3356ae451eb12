import type { Gap, LedgerHour } from '#model/journal';
import type { GapCause } from '#model/outage';
import type { PointId } from '#model/point';
import { type EpochMs, HOUR } from '#model/time';
import { isBad } from '../mark.ts';
import type { CauseSpans } from './cause-spans.ts';
import type { Missed, TickSink } from './tick-walk.ts';

interface Row {
  stored: number;
  bad: number;
  extra: number;
  readonly missing: Partial<Record<GapCause, number>>;
}

export interface HourTallyOptions {
  readonly point: PointId;
  readonly causes: CauseSpans;
  /** Ticks outside are passed over. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly onGap?: (gap: Gap) => void;
}

/** Adds ticks up by the hour and names the gaps. */
export class HourTally implements TickSink {
  readonly #options: HourTallyOptions;
  readonly #rows = new Map<number, Row>();

  constructor(options: HourTallyOptions) {
    this.#options = options;
  }

  stored(tick: EpochMs, mark: number): void {
    if (!this.#within(tick)) return;
    const row = this.#row(tick);
    row.stored += 1;
    if (isBad(mark)) row.bad += 1;
  }

  extra(at: EpochMs): void {
    if (this.#within(at)) this.#row(at).extra += 1;
  }

  missed(missed: Missed): void {
    const { causes, from, to } = this.#options;
    const { every } = missed;
    for (const { cause, first, count } of causes.shares(missed)) {
      const skip = Math.min(count, Math.max(0, Math.ceil((from - first) / every)));
      const end = Math.min(count, Math.max(skip, Math.ceil((to - first) / every)));
      if (end === skip) continue;
      const run = { ...missed, first: first + skip * every, count: end - skip };
      this.#count(run, cause);
      this.#tell(run, cause);
    }
  }

  /** The rows of the hours that begin before `before`, in order; they are forgotten here. */
  take(before: EpochMs = Number.POSITIVE_INFINITY): LedgerHour[] {
    const hours = [...this.#rows.keys()].filter((hour) => hour * HOUR < before).sort((a, b) => a - b);
    return hours.flatMap((hour) => {
      const row = this.#rows.get(hour);
      this.#rows.delete(hour);
      return row === undefined ? [] : [finished(hour * HOUR, row)];
    });
  }

  #within(at: EpochMs): boolean {
    return at >= this.#options.from && at < this.#options.to;
  }

  #tell({ first, every, count, before }: Missed, cause: GapCause): void {
    const { point, onGap } = this.#options;
    const to = Math.min(first + count * every, before);
    onGap?.({ point, from: Math.round(first), to: Math.round(to), missing: count, cause });
  }

  #count({ first, every, count }: Missed, cause: GapCause): void {
    for (let done = 0; done < count; ) {
      const tick = first + done * every;
      const nextHour = (Math.floor(tick / HOUR) + 1) * HOUR;
      const here = Math.min(count - done, Math.max(1, Math.ceil((nextHour - tick) / every)));
      const { missing } = this.#row(tick);
      missing[cause] = (missing[cause] ?? 0) + here;
      done += here;
    }
  }

  #row(at: EpochMs): Row {
    const hour = Math.floor(at / HOUR);
    let row = this.#rows.get(hour);
    if (row === undefined) {
      row = { stored: 0, bad: 0, extra: 0, missing: {} };
      this.#rows.set(hour, row);
    }
    return row;
  }
}

function finished(from: EpochMs, { stored, bad, extra, missing }: Row): LedgerHour {
  const gone = Object.values(missing).reduce((sum, count) => sum + count, 0);
  return { from, expected: stored + gone, stored, bad, extra, missing };
}
