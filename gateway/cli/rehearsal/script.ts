import type { AlarmAction, ServiceAction } from '#model/alarm';
import type { PointId } from '#model/point';
import type { EpochMs, Ms } from '#model/time';
import type { Sample } from './values.ts';

/** One case, ready to be run. */
export interface Script {
  readonly title: string;
  readonly from: EpochMs;
  readonly length: Ms;
  /** How long each sample stands; the last one stands to the end. */
  readonly every: Ms;
  readonly series: ReadonlyMap<PointId, readonly Sample[]>;
  readonly acts: readonly PlannedAct[];
  /** Null: only shown. */
  readonly expect: readonly string[] | null;
}

export type PlannedAct = {
  readonly at: EpochMs;
  readonly by: string;
} & (
  | { readonly point: PointId; readonly rule: string; readonly action: AlarmAction }
  | { readonly point: PointId; readonly rule: null; readonly action: ServiceAction }
);
