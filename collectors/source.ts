import type { Sample } from '#model/reading';
import type { EpochMs, Ms } from '#model/time';

/** What one read of a device brought. */
export interface PollResult {
  /** One sample for each point of the device, good or bad. */
  readonly samples: readonly Sample[];
  /** From the first request to the last answer. */
  readonly roundTrip: Ms;
  readonly requests: number;
  /** At least one request was answered. */
  readonly answered: boolean;
}

/** A device that is asked. `poll` never rejects: what went wrong stands in the samples. */
export interface PollSource {
  poll(now: EpochMs, signal: AbortSignal): Promise<PollResult>;
  close(): Promise<void>;
}

/** A device that speaks by itself. It owns its reconnection, and reports its failures as bad samples. */
export interface PushSource {
  open(listener: PushListener): void;
  close(): Promise<void>;
}

export interface PushListener {
  samples(samples: readonly Sample[]): void;
  /** The regular read of all points, beside what the device says by itself. */
  read(result: PollResult): void;
  /** Whenever the device begins or ceases to answer, with the reason for people. */
  state(up: boolean, why: string): void;
}
