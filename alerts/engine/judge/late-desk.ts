import type { Alarm } from '#model/alarm';
import type { History } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Reading } from '#model/reading';
import { DAY, type EpochMs, type Ms } from '#model/time';
import type { Evaluator } from './evaluator.ts';
import type { LateQuestion } from './late.ts';

/** Readings that are judged at once: bounds memory, whatever a logger sends and however far back. */
const PORTION = 100_000;
/** And so many that were judged before, for signals to remember: thirty days by the minute. */
const RUN_UP = 50_000;
/** Longer than an alarm that is over usually lasted; those that last are known without being asked for. */
const LONG_ALARM: Ms = 7 * DAY;
const MOST_ALARMS = 10_000;

export interface LateDeskOptions {
  readonly evaluator: Evaluator;
  readonly history: Pick<History, 'readings'>;
  /** Alarms raised in the span, over or not. */
  readonly alarms: (from: EpochMs, to: EpochMs, limit: number) => Promise<readonly Alarm[]>;
  /** Called after something was judged. */
  readonly onJudged: () => void;
  readonly log: Log;
  readonly meter: Meter;
}

/** Fetches what the evaluator must see to judge late readings, a point at a time, while it goes on judging those of now. */
export class LateDesk {
  readonly #options: LateDeskOptions;
  #working: Promise<void> | undefined;
  #stopped = false;

  constructor(options: LateDeskOptions) {
    this.#options = options;
  }

  /** Starts what is due, unless it is at work already. */
  look(): void {
    const { evaluator, meter } = this.#options;
    meter.gauge('hygate_alarm_late_points', evaluator.latePoints);
    if (this.#stopped || evaluator.latePoints === 0) return;
    this.#working ??= this.#judgeDue().finally(() => {
      this.#working = undefined;
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working;
  }

  async #judgeDue(): Promise<void> {
    const { evaluator, log } = this.#options;
    for (const question of evaluator.lateQuestions()) {
      if (this.#stopped) return;
      const { point } = question;
      await this.#judge(question).catch((err: unknown) => {
        log.error({ err, point }, 'late readings could not be judged; it is tried again');
      });
    }
  }

  async #judge(question: LateQuestion): Promise<void> {
    const { evaluator, history, alarms, onJudged } = this.#options;
    const { point, from, to, runUp, beside } = question;
    const found = await history.readings(point, Math.max(0, from), to, PORTION + 1);
    const before = await this.#before(question);
    const others = await Promise.all(
      beside.map((other) => history.readings(other, Math.max(0, runUp), to, PORTION)),
    );
    const raised = await alarms(from - LONG_ALARM, to + DAY, MOST_ALARMS);
    evaluator.judgeLate(question, {
      readings: found.slice(0, PORTION),
      runUp: before,
      beside: others.flat(),
      known: raised.filter((alarm) => alarm.point === point),
      whole: found.length <= PORTION,
    });
    onJudged();
  }

  /** What signals remember of before; null when it is too much to read. */
  async #before({ point, runUp, from }: LateQuestion): Promise<readonly Reading[] | null> {
    if (runUp >= from) return [];
    const { history, meter } = this.#options;
    const before = await history.readings(point, Math.max(0, runUp), Math.max(0, from), RUN_UP + 1);
    if (before.length <= RUN_UP) return before;
    meter.count('hygate_alarm_late_signals_skipped_total');
    return null;
  }
}
