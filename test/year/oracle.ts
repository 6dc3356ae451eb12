import type { Reason } from '#model/quality';
import type { FaultRule, ForecastRule, FrozenRule, LimitRule, NoDataRule, RateRule, Rule } from '#model/rule';
import { isHigh } from '#model/standard';
import type { EpochMs, Ms } from '#model/time';
import { Spans } from './spans.ts';

/** One minute of a point as the world knows it, whatever the product made of it. */
export interface Minute {
  at: EpochMs;
  /** What a sound instrument would show, or one that drifts; not a number where no model says. */
  truth: number;
  /** The reading is good and shows the truth, and comes now or later. */
  known: boolean;
  /** The reading is good, whatever it shows, and came at once. */
  heard: boolean;
  /** It came at once, and is the same as the one before because the sensor is frozen. */
  frozen: boolean;
  /** Of a bad reading that came. */
  reason: Reason | null;
  gatewayUp: boolean;
}

/** What must be alarmed. */
export interface Due {
  readonly point: string;
  readonly rule: Rule;
  /** When it began, as far as a gateway could know. */
  readonly crossing: EpochMs;
  /** Since when no noise could hide it. */
  readonly sure: EpochMs;
  /** How long the rule waits. */
  readonly delay: Ms;
  /** Until when it lasted. */
  end: EpochMs;
}

/** `true`: it was so for as long as the rule wants. `brief`: it was so, and over sooner. `false`: there was nothing. */
export type Verdict = 'true' | 'brief' | 'false';

/** Knows from the world alone when a rule must speak and when it may. */
export interface Oracle {
  readonly rule: Rule;
  readonly dues: readonly Due[];
  see(minute: Minute): void;
  /** Of an alarm that says "since then", raised at `raisedAt`. */
  judge(since: EpochMs, raisedAt: EpochMs): Verdict;
}

/** Beyond the limit by so many standard deviations of the noise no reading is on the other side. */
const SURE = 4;
/** What lasts so many periods longer than the rule's delay must be alarmed: one is the period itself, one the phase. */
const GRACE = 2;

/** Runs of minutes in which something holds; a due when one is long enough. */
class Run {
  readonly dues: Due[] = [];
  readonly #point: string;
  readonly #rule: Rule;
  readonly #delay: Ms;
  readonly #every: Ms;
  #from: EpochMs | null = null;
  #due: Due | null = null;

  constructor(point: string, rule: Rule, delay: Ms, every: Ms) {
    this.#point = point;
    this.#rule = rule;
    this.#delay = delay;
    this.#every = every;
  }

  /** It holds at `at`; it began at `crossing`, seen from here. */
  holds(at: EpochMs, crossing: EpochMs): void {
    this.#from ??= at;
    if (this.#due !== null) this.#due.end = at;
    else if (at - this.#from >= this.#delay + GRACE * this.#every) {
      const [point, rule, delay] = [this.#point, this.#rule, this.#delay];
      this.#due = { point, rule, crossing, sure: this.#from, delay, end: at };
      this.dues.push(this.#due);
    }
  }

  /** It does not, or nobody can know. */
  breaks(): void {
    this.#from = null;
  }

  ends(): void {
    this.#from = null;
    this.#due = null;
  }
}

export class LimitOracle implements Oracle {
  readonly rule: LimitRule;
  readonly #run: Run;
  readonly #every: Ms;
  /** Of the truth beyond the limit, or so near that the noise may show it beyond. */
  readonly #near = new Spans();
  readonly #sign: number;
  readonly #limit: number;
  readonly #margin: number;
  #crossing: EpochMs | null = null;

  constructor(point: string, rule: LimitRule, noise: number, every: Ms) {
    this.rule = rule;
    this.#every = every;
    this.#run = new Run(point, rule, rule.onDelay, every);
    this.#sign = isHigh(rule.id) ? 1 : -1;
    this.#limit = this.#sign * rule.limit;
    this.#margin = SURE * noise;
  }

  get dues(): readonly Due[] {
    return this.#run.dues;
  }

  see({ at, truth, known }: Minute): void {
    const over = this.#sign * truth - this.#limit;
    if (over >= -this.#margin) this.#near.add(at, this.#every);
    if (over < 0 || (over === 0 && !this.rule.inclusive)) {
      this.#crossing = null;
      this.#run.ends();
      return;
    }
    if (!known) {
      this.#crossing = null;
      this.#run.breaks();
      return;
    }
    this.#crossing ??= at;
    if (over > this.#margin || this.#margin === 0) this.#run.holds(at, this.#crossing);
    else this.#run.breaks();
  }

  judge(since: EpochMs, raisedAt: EpochMs): Verdict {
    const span = this.#near.longest(since - this.#every, raisedAt + this.#every);
    if (span === null) return 'false';
    return span.to - span.from >= this.rule.onDelay - this.#every ? 'true' : 'brief';
  }
}

/** Nothing good, or bad readings of some reasons only, for so long. A gateway that is down hears nothing and blames nobody. */
export class SilenceOracle implements Oracle {
  readonly rule: NoDataRule | FaultRule;
  readonly #run: Run;
  readonly #every: Ms;
  readonly #silent = new Spans();
  #since: EpochMs | null = null;

  constructor(point: string, rule: NoDataRule | FaultRule, every: Ms) {
    this.rule = rule;
    this.#every = every;
    this.#run = new Run(point, rule, rule.after, every);
  }

  get dues(): readonly Due[] {
    return this.#run.dues;
  }

  see({ at, heard, reason, gatewayUp }: Minute): void {
    const { rule } = this;
    if (heard) {
      this.#since = null;
      this.#run.ends();
      return;
    }
    this.#silent.add(at, this.#every);
    if (!gatewayUp || (rule.kind === 'fault' && !(reason !== null && rule.reasons.includes(reason)))) {
      this.#since = null;
      this.#run.breaks();
      return;
    }
    this.#since ??= at;
    this.#run.holds(at, this.#since);
  }

  judge(since: EpochMs, raisedAt: EpochMs): Verdict {
    const span = this.#silent.longest(since, raisedAt);
    if (span === null) return 'false';
    return raisedAt - span.from >= this.rule.after - 2 * this.#every ? 'true' : 'brief';
  }
}

/** A change of the truth within a time. Signs like this may speak; that they must is not asked of them. */
export class RateOracle implements Oracle {
  readonly rule: RateRule;
  readonly dues: readonly Due[] = [];
  readonly #every: Ms;
  readonly #margin: number;
  readonly #changing = new Spans();
  /** Of the time within which the change counts, oldest first. */
  #window: number[] = [];

  constructor(rule: RateRule, noise: number, every: Ms) {
    this.rule = rule;
    this.#every = every;
    this.#margin = Math.SQRT2 * SURE * noise;
  }

  see({ at, truth }: Minute): void {
    const { id, limit, within } = this.rule;
    this.#window.push(id === 'rising' ? truth : -truth);
    if (this.#window.length > within / this.#every + GRACE) this.#window.shift();
    const change = (this.#window.at(-1) ?? 0) - Math.min(...this.#window);
    if (change >= limit - this.#margin) this.#changing.add(at, this.#every);
  }

  judge(since: EpochMs, raisedAt: EpochMs): Verdict {
    const { onDelay } = this.rule;
    return this.#changing.longest(since - this.#every, raisedAt + onDelay) === null ? 'false' : 'true';
  }
}

/** Whether the truth comes to the limit in the time that a forecast says, and half as long again. */
export class ForecastOracle implements Oracle {
  readonly rule: ForecastRule;
  readonly dues: readonly Due[] = [];
  readonly #every: Ms;
  readonly #sign: number;
  readonly #beyond = new Spans();

  constructor(rule: ForecastRule, every: Ms) {
    this.rule = rule;
    this.#every = every;
    this.#sign = rule.id === 'forecast-high' ? 1 : -1;
  }

  see({ at, truth }: Minute): void {
    if (this.#sign * truth >= this.#sign * this.rule.limit) this.#beyond.add(at, this.#every);
  }

  judge(_since: EpochMs, raisedAt: EpochMs): Verdict {
    const came = this.#beyond.longest(raisedAt - this.#every, raisedAt + 1.5 * this.rule.horizon);
    return came === null ? 'false' : 'true';
  }
}

/** The same number again and again, because the sensor is frozen. */
export class FrozenOracle implements Oracle {
  readonly rule: FrozenRule;
  readonly #run: Run;
  readonly #frozen = new Spans();
  readonly #every: Ms;

  constructor(point: string, rule: FrozenRule, every: Ms) {
    this.rule = rule;
    this.#every = every;
    this.#run = new Run(point, rule, rule.after, every);
  }

  get dues(): readonly Due[] {
    return this.#run.dues;
  }

  see({ at, frozen, heard }: Minute): void {
    if (frozen) this.#frozen.add(at, this.#every);
    if (frozen && heard) this.#run.holds(at, at);
    else if (heard) this.#run.ends();
    else this.#run.breaks();
  }

  judge(since: EpochMs, raisedAt: EpochMs): Verdict {
    return this.#frozen.longest(since - this.#every, raisedAt) === null ? 'false' : 'true';
  }
}
