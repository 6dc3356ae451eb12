import { join } from 'node:path';
import type { Consumer } from '#model/consumer';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { InfluxTarget } from '#model/site';
import { type Clock, type EpochMs, type Ms, SECOND, type Timer } from '#model/time';
import type { AsideDesk } from './aside-desk.ts';
import { type Batch, batches, oneAhead } from './batches.ts';
import { Delivery } from './delivery.ts';
import type { LineSource, Numbered } from './line-source.ts';
import { Pace } from './pace.ts';
import { InfluxSender } from './sender.ts';
import { SETTLED_AFTER, Settling } from './settling.ts';

/** What is followed: the journal, with readings and events, and the events of alarms, which lie beside it. */
export type Stream = 'journal' | 'alarms';

/** How far the forwarder has come in what it follows; kept across restarts. */
export interface ForwardCursor {
  get(): number;
  set(seq: number): void;
}

export interface ForwarderOptions<Item extends Numbered> {
  readonly stream: Stream;
  readonly target: InfluxTarget;
  /** What comes after `seq`, for ever. */
  readonly follow: (seq: number, signal: AbortSignal) => AsyncIterable<Item>;
  readonly source: LineSource<Item>;
  readonly cursor: ForwardCursor;
  readonly aside: AsideDesk;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** The consumer of the journal: its cursor lies in the journal's folder. */
export const INFLUX_CONSUMER: Consumer = 'influx';
/** Counts events of alarms, no rows: its cursor lies in the data folder, beside alarms.sqlite. */
export const ALARMS_CONSUMER = 'influx-alarms';

/** Made when InfluxDB will never take a line. */
export const setAsidePath = (dir: string): string => join(dir, 'influx-set-aside.sqlite');

/** The cursor is only a bound for what is sent twice: an fsync for each batch took a quarter of the thread's time. */
const SAVE_EVERY: Ms = SECOND;
/** What may have died with a server is sent again at most so often, else a bad wire would send the same for ever. */
const BACK_AT_MOST_EVERY: Ms = 3 * SETTLED_AFTER;

/**
 * Journal or alarms → InfluxDB. One request in flight, so that the readings of a point arrive in order; the cursor moves only over
 * rows that were accepted, or set aside on disk, and that the server has had time to keep. After a crash of either side
 * some are written twice, which changes nothing, and none is missed. A disk that cannot take what must be set aside
 * ends the thread it runs in, to be started again.
 */
export class Forwarder<Item extends Numbered> {
  readonly #options: ForwarderOptions<Item>;
  readonly #ending = new AbortController();
  readonly #pace = new Pace();
  readonly #sender: InfluxSender;
  readonly #delivery: Delivery;
  readonly #settling: Settling;
  #saved: number;
  #waitingSince: EpochMs | null = null;
  #reconnected = false;
  #wentBack = Number.NEGATIVE_INFINITY;
  #saving: Timer | undefined;
  #running: Promise<void> | undefined;

  constructor(options: ForwarderOptions<Item>) {
    const { stream, target, clock, log, meter, cursor } = options;
    this.#options = options;
    this.#sender = new InfluxSender(target, clock);
    this.#saved = cursor.get();
    this.#settling = new Settling(this.#saved);
    this.#delivery = new Delivery({
      send: (lines, signal) => this.#sender.send(lines, signal),
      ...{ stream, batch: target.batch },
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
    return pausedWhy === '' ? [] : [`Nothing goes to InfluxDB: ${pausedWhy}`];
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
    const { target, source, follow, clock } = this.#options;
    const round = new AbortController();
    const end = () => round.abort();
    signal.addEventListener('abort', end, { once: true });
    try {
      const making = { source, size: target.batch, clock };
      for await (const batch of oneAhead(batches(follow(seq, round.signal), making))) {
        const begun = clock.monotonic();
        this.#waitingSince = batch.since;
        await this.#forward(batch, signal);
        this.#waitingSince = null;
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
    const { aside, clock, meter } = this.#options;
    aside.take(await this.#delivery.deliver(lines, signal), clock.wall());
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
    const { stream, aside, clock, meter } = this.#options;
    this.#save();
    aside.look();
    const behind = this.#waitingSince === null ? 0 : Math.max(0, clock.wall() - this.#waitingSince);
    meter.gauge('hygate_forward_behind_seconds', behind / SECOND, { stream });
    this.#saving = clock.after(SAVE_EVERY, () => this.#tick());
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
}
