import { join } from 'node:path';
import type { Entry } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { InfluxTarget } from '#model/site';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';
import { type Batch, batches, oneAhead } from './batches.ts';
import { Delivery } from './delivery.ts';
import { type ForwardSite, lineEncoder } from './line.ts';
import { Pace } from './pace.ts';
import { ASIDE_REASONS } from './refusal.ts';
import { InfluxSender } from './sender.ts';
import { SetAside } from './set-aside.ts';
import { SETTLED_AFTER, Settling } from './settling.ts';

/** How far the forwarder has come in the journal; kept across restarts. */
export interface ForwardCursor {
  get(): number;
  set(seq: number): void;
}

export interface ForwarderOptions {
  readonly target: InfluxTarget;
  readonly site: ForwardSite;
  /** The journal's rows after `seq`, for ever. */
  readonly follow: (seq: number, signal: AbortSignal) => AsyncIterable<Entry>;
  readonly cursor: ForwardCursor;
  /** Where `influx-set-aside.sqlite` is made when InfluxDB will never take a line. */
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** The consumer's name: its cursor lies in the journal's folder. */
export const INFLUX_CONSUMER = 'influx';

export const setAsidePath = (dir: string): string => join(dir, 'influx-set-aside.sqlite');

/** The cursor is only a bound for what is sent twice: an fsync for each batch took a quarter of the thread's time. */
const SAVE_EVERY: Ms = SECOND;
/** What may have died with a server is sent again at most so often, else a bad wire would send the same for ever. */
const BACK_AT_MOST_EVERY: Ms = 3 * SETTLED_AFTER;

/**
 * Journal → InfluxDB. One request in flight, so that the readings of a point arrive in order; the cursor moves only over
 * rows that were accepted, or set aside on disk, and that the server has had time to keep. After a crash of either side
 * some are written twice, which changes nothing, and none is missed. A disk that cannot take what must be set aside
 * ends the thread it runs in, to be started again.
 */
export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #ending = new AbortController();
  readonly #pace = new Pace();
  readonly #sender: InfluxSender;
  readonly #aside: SetAside;
  readonly #delivery: Delivery;
  readonly #settling: Settling;
  #saved: number;
  #asideVersion = -1;
  #asideLines = 0;
  #reconnected = false;
  #wentBack = Number.NEGATIVE_INFINITY;
  #saving: Timer | undefined;
  #running: Promise<void> | undefined;

  constructor(options: ForwarderOptions) {
    const { target, dir, clock, log, meter, cursor } = options;
    this.#options = options;
    this.#sender = new InfluxSender(target, clock);
    this.#aside = new SetAside(setAsidePath(dir));
    this.#saved = cursor.get();
    this.#settling = new Settling(this.#saved);
    this.#delivery = new Delivery({
      send: (lines, signal) => this.#sender.send(lines, signal),
      batch: target.batch,
      onReconnect: () => {
        this.#reconnected = true;
      },
      ...{ clock, log, meter },
    });
  }

  /** The last row that is done with: accepted, or set aside. The cursor follows it after a while. */
  get accepted(): number {
    return this.#settling.accepted;
  }

  /** What a person should look at; recording and alarms go on regardless. */
  notes(): readonly string[] {
    const { pausedWhy } = this.#delivery;
    const many = this.#asideLines.toLocaleString('en-US');
    return [
      ...(pausedWhy === '' ? [] : [`Nothing goes to InfluxDB: ${pausedWhy}`]),
      ...(this.#asideLines === 0
        ? []
        : [
            `InfluxDB would not take ${many} readings; they are set aside: hygate replay --dry-run says why.`,
          ]),
    ];
  }

  start(): void {
    this.#running = this.#run();
    this.#tick();
  }

  /** How late the main thread came to its timer: a backlog gives way to it. */
  felt(late: Ms): void {
    this.#pace.felt(late);
  }

  /** Cuts a request that is under way: its rows are sent again after the next start. */
  async stop(): Promise<void> {
    this.#ending.abort();
    this.#saving?.cancel();
    try {
      await this.#running;
    } finally {
      this.#sender.close();
      this.#save();
      this.#aside.close();
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    try {
      while (!signal.aborted) await this.#forwardAfter(this.accepted, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Until it is to begin again at an earlier row, as the server was gone. */
  async #forwardAfter(seq: number, signal: AbortSignal): Promise<void> {
    const { target, site, follow, clock } = this.#options;
    const round = new AbortController();
    const end = () => round.abort();
    signal.addEventListener('abort', end, { once: true });
    try {
      const making = { encode: lineEncoder(site), size: target.batch, clock };
      for await (const batch of oneAhead(batches(follow(seq, round.signal), making))) {
        const begun = clock.monotonic();
        await this.#forward(batch, signal);
        const now = clock.monotonic();
        if (this.#goesBack(now)) return;
        this.#settling.accept(batch.last, now);
        if (batch.full) await clock.sleep(this.#pace.restAfter(now - begun), signal);
      }
    } finally {
      signal.removeEventListener('abort', end);
      round.abort();
    }
  }

  async #forward({ lines, unknown }: Batch, signal: AbortSignal): Promise<void> {
    const { clock, meter } = this.#options;
    const refused = await this.#delivery.deliver(lines, signal);
    const dropped = this.#aside.add(refused, clock.wall());
    for (const { reason } of refused) meter.count('hygate_forward_rejected_total', { reason });
    if (dropped > 0) meter.count('hygate_forward_aside_dropped_total', {}, dropped);
    if (refused.length > 0) this.#showAside();
    // Their device left the site file; the journal still has them.
    if (unknown > 0) meter.count('hygate_forward_rejected_total', { reason: 'unknown-point' }, unknown);
  }

  /** Whether the server may have been gone, and with it what it had accepted and not yet kept. */
  #goesBack(now: Ms): boolean {
    const { settled, accepted } = this.#settling;
    const [wasGone, tooSoon] = [this.#reconnected, now - this.#wentBack < BACK_AT_MOST_EVERY];
    this.#reconnected = false;
    if (!wasGone || tooSoon || settled === accepted) return false;
    this.#options.log.info(
      { from: settled, to: accepted },
      'the connection to InfluxDB is a new one: the last rows are sent again',
    );
    this.#settling.goBack();
    this.#wentBack = now;
    return true;
  }

  #tick(): void {
    this.#save();
    // Somebody may be replaying what was set aside.
    if (this.#aside.version() !== this.#asideVersion) this.#showAside();
    this.#saving = this.#options.clock.after(SAVE_EVERY, () => this.#tick());
  }

  /** A cursor that cannot be saved loses nothing: its rows are sent again. It is tried again in a second. */
  #save(): void {
    const { cursor, log } = this.#options;
    const seq = this.#settling.settled;
    if (seq === this.#saved) return;
    try {
      cursor.set(seq);
      this.#saved = seq;
    } catch (error) {
      log.warn(
        { err: error, seq },
        'the cursor of the forwarding cannot be saved; after a restart more is sent twice',
      );
    }
  }

  #showAside(): void {
    const { meter } = this.#options;
    this.#asideVersion = this.#aside.version();
    const groups = new Map(this.#aside.groups().map(({ reason, lines }) => [reason, lines]));
    this.#asideLines = [...groups.values()].reduce((sum, lines) => sum + lines, 0);
    for (const reason of ASIDE_REASONS) {
      meter.gauge('hygate_forward_aside_lines', groups.get(reason) ?? 0, { reason });
    }
  }
}
