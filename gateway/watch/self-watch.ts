import type { Condition, ReportCondition } from '#model/condition';
import type { Log } from '#model/log';
import type { Part } from '#model/part';
import type { Site } from '#model/site';
import { type Clock, HOUR, MINUTE, type Ms, type Timer } from '#model/time';
import { Backlog } from './backlog.ts';
import { isClockKept } from './clock-sync.ts';
import { calibrationsOf, certificatesOf, type Expiry, isSoon } from './expiry.ts';

const LOOK: Ms = MINUTE;
/** It asks another program. */
const CLOCK_LOOK: Ms = 10 * MINUTE;
/** What changes within days is looked at this often: a server whose certificate is read sees a connection each time. */
const EXPIRY_LOOK: Ms = 6 * HOUR;
/** A clock that no server keeps drifts by seconds a day; just after a start none is kept yet. */
const UNKEPT_FOR: Ms = HOUR;

export interface SelfWatchOptions {
  readonly site: Site;
  readonly clock: Clock;
  readonly log: Log;
  readonly report: ReportCondition;
  readonly head: () => number;
  /** By consumer of the journal: the last row that it has taken. */
  readonly cursors: () => Promise<ReadonlyMap<string, number>>;
  /** Whether a time server keeps the clock; undefined: nobody can say. */
  readonly clockKept?: () => Promise<boolean | undefined>;
}

/** Notices what would otherwise be noticed on the day when it is needed. */
export class SelfWatch implements Part {
  readonly name = 'self watch';
  readonly #options: SelfWatchOptions;
  readonly #backlog = new Backlog();
  readonly #due = new Map<string, Ms>();
  #unkeptSince: Ms | undefined;
  #looking: Promise<void> = Promise.resolve();
  #timer: Timer | undefined;

  constructor(options: SelfWatchOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#look();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#looking;
  }

  #look(): void {
    const { clock, log } = this.#options;
    this.#looking = this.#looking
      .then(() => this.#lookOnce())
      .catch((err: Error) => log.error({ err }, 'the gateway could not look at itself; it looks again'));
    this.#timer = clock.after(LOOK, () => this.#look());
  }

  async #lookOnce(): Promise<void> {
    const { site, clock } = this.#options;
    await this.#lookAtBacklog();
    if (this.#isDue('clock', CLOCK_LOOK)) await this.#lookAtClock();
    if (!this.#isDue('expiry', EXPIRY_LOOK)) return;
    this.#tell('calibration-due', calibrationsOf(site));
    this.#tell('certificate-expiring', await certificatesOf(site, clock));
  }

  #isDue(look: string, every: Ms): boolean {
    const now = this.#options.clock.monotonic();
    if (now < (this.#due.get(look) ?? 0)) return false;
    this.#due.set(look, now + every);
    return true;
  }

  async #lookAtBacklog(): Promise<void> {
    const { clock, head, cursors, report } = this.#options;
    const behind = this.#backlog.look(head(), await cursors(), clock.monotonic());
    for (const [consumer, holds] of behind) {
      report('backlog', holds, { id: consumer, name: { zh: consumer, en: consumer } });
    }
  }

  async #lookAtClock(): Promise<void> {
    const { clock, clockKept = isClockKept, report } = this.#options;
    const kept = await clockKept();
    const now = clock.monotonic();
    this.#unkeptSince = kept === false ? (this.#unkeptSince ?? now) : undefined;
    report('clock-unsure', this.#unkeptSince !== undefined && now - this.#unkeptSince >= UNKEPT_FOR);
  }

  #tell(condition: Condition, expiries: readonly Expiry[]): void {
    const { clock, report } = this.#options;
    for (const expiry of expiries) {
      const { id, name } = expiry;
      report(condition, isSoon(expiry, clock.wall()), { id, name });
    }
  }
}
