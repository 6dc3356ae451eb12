import type { JournalEvent } from './journal.ts';
import type { EpochMs, Ms } from './time.ts';

/** The wall clock of the gateway was set: NTP after a boot, an operator, a machine that slept. */
export interface ClockStep {
  /** What it would show had it gone on. */
  readonly from: EpochMs;
  /** What it shows. */
  readonly to: EpochMs;
  /** `to - from`: positive when it was set forward. */
  readonly by: Ms;
}

const TYPE = 'clock-stepped';

export const clockStepEvent = ({ from, to, by }: ClockStep): JournalEvent => ({
  type: TYPE,
  at: to,
  by: null,
  data: { from, to, by },
});

/** Undefined when the event is another. */
export function clockStepOf({ type, data }: JournalEvent): ClockStep | undefined {
  const { from, to, by } = data;
  if (type !== TYPE || !isWhole(from) || !isWhole(to) || !isWhole(by)) return undefined;
  return { from, to, by };
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
