import type { Ms } from '#model/time';

/** One fault, put into the parts of Hygate that meet it, with real peers, and what it did to them. */
export interface FaultTrial {
  /** What goes wrong, in a few words: the row of the table. */
  readonly name: string;
  /** Throws when the fault did more than Hygate allows: the message says what. */
  run(context: TrialContext): Promise<TrialResult>;
}

export interface TrialContext {
  /** Decides everything random, so that a failure can be replayed. */
  readonly seed: number;
  /** In `npm test`: the fault lasts as briefly as still proves the point. */
  readonly short: boolean;
  /** A folder of its own, removed afterwards. */
  readonly dir: string;
}

export interface TrialResult {
  /** What was done, with numbers: `answers 1.5 s late, time-out 0.5 s, 40 reads`. */
  readonly injected: string;
  /** Values that were stored as good and are not what the device had at that time. */
  readonly wrong: number;
  /** Readings that should have been stored and are neither stored nor in a gap. */
  readonly lost: number;
  /** The longest that another device, client or consumer was held up by it, beyond its normal; null: there is none. */
  readonly disturbance: Ms | null;
  /** From the end of the fault to the first thing that is right again; null: it never stopped being right. */
  readonly recovery: Ms | null;
  /** How many readings, messages or requests the verdict rests on. */
  readonly judged: number;
}

/** The trials of one subject: a file `<subject>.trials.ts` in this folder exports one as `subject`. */
export interface Subject {
  readonly name: string;
  readonly trials: readonly FaultTrial[];
  /** Ends what its trials share. */
  readonly end?: () => Promise<void>;
}
