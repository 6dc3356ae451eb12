import type { DataValue } from 'node-opcua-client';
import type { OpcuaLink, SiteDevice } from '#model/site';
import { type Ms, SECOND } from '#model/time';
import type { PollResult, PushListener, PushSource } from '../../source.ts';
import { Attempts } from './attempts.ts';
import { connect, type OpcuaConnection, type OpcuaDeps } from './connection.ts';
import { Down, downOf, within } from './down.ts';
import { readAll } from './reading.ts';
import { plansOf, Sampler } from './sampler.ts';
import { queueOverflowed } from './status.ts';
import { type OpenSubscription, subscribe } from './subscription.ts';

/** This many reads without an answer, or keep-alive intervals without a publish, and everything is built anew. */
const PATIENCE = 3;
/** So long the server's clock may stand still, and at least so long it may in any case. */
const LONGEST_WITHOUT_TICK: Ms = 10 * SECOND;
const SHORTEST_WITHOUT_TICK: Ms = 3 * SECOND;

/** The server no longer knows the session: what else is asked of it fails as well. */
const SESSION_GONE = /BadSession(IdInvalid|Closed|NotActivated)|BadSecureChannel(Closed|IdInvalid)/;

/** A subscription that lives, and what its watchdog knows of it. */
interface Live {
  readonly connection: OpcuaConnection;
  readonly subscription: OpenSubscription;
  /** Gives it up. */
  readonly end: (why: Down) => void;
  failedReads: number;
}

/**
 * A server that reports changes. Two loops: one keeps a subscription, the other reads all points each period, so that
 * a value that never changes still gives its expected readings, and so that a server that died silently is found.
 */
export class OpcuaPushSource implements PushSource {
  readonly #device: SiteDevice;
  readonly #link: OpcuaLink;
  readonly #deps: OpcuaDeps;
  readonly #sampler: Sampler;
  readonly #attempts: Attempts;
  readonly #ending = new AbortController();
  #live: Live | undefined;
  #lastPublish: Ms = 0;
  #lastTick: Ms = 0;
  #down = new Down('comm-timeout', 'not connected yet');
  #said: string | undefined;
  #loops: Promise<unknown> = Promise.resolve();

  constructor(device: SiteDevice, link: OpcuaLink, deps: OpcuaDeps) {
    this.#device = device;
    this.#link = link;
    this.#deps = deps;
    this.#sampler = new Sampler(plansOf(device));
    this.#attempts = new Attempts(device.every, deps.clock);
  }

  open(listener: PushListener): void {
    this.#loops = Promise.all([this.#keepSubscribed(listener), this.#readEachPeriod(listener)]);
  }

  async close(): Promise<void> {
    this.#ending.abort();
    this.#live?.end(new Down('comm-timeout', 'closed'));
    await this.#loops;
  }

  async #keepSubscribed(listener: PushListener): Promise<void> {
    while (!this.#ending.signal.aborted) {
      this.#attempts.begin();
      const down = await this.#subscribeUntilLost(listener);
      this.#attempts.ended();
      if (this.#ending.signal.aborted) return;
      this.#tell(listener, down);
      await this.#sleep(this.#attempts.wait);
    }
  }

  /** Resolves with the reason for which it is over, when nothing of it is left open. */
  async #subscribeUntilLost(listener: PushListener): Promise<Down> {
    const { clock } = this.#deps;
    const { signal } = this.#ending;
    const over = Promise.withResolvers<Down>();
    let connection: OpcuaConnection | undefined;
    try {
      connection = await connect({ ...this.#deps, link: this.#link, every: this.#device.every, signal });
      const subscribing = this.#subscribe(connection, listener);
      const limit = 3 * this.#link.timeout;
      const subscription = await within(subscribing, { clock, limit, what: 'subscribing', signal });
      this.#live = { connection, subscription, end: over.resolve, failedReads: 0 };
      if (signal.aborted) over.resolve(this.#down);
      this.#tell(listener, undefined);
      return await Promise.race([over.promise, connection.lost, subscription.lost]);
    } catch (error) {
      return downOf(error);
    } finally {
      this.#live = undefined;
      await connection?.close();
    }
  }

  #subscribe(connection: OpcuaConnection, listener: PushListener): Promise<OpenSubscription> {
    const { clock, log } = this.#deps;
    this.#lastPublish = clock.monotonic();
    this.#lastTick = clock.monotonic();
    return subscribe(connection, {
      sampling: this.#link.sampling,
      log,
      onChange: (index, data) => this.#change(listener, index, data),
      onPublish: () => {
        this.#lastPublish = clock.monotonic();
      },
      onTick: () => {
        this.#lastTick = clock.monotonic();
      },
    });
  }

  #change(listener: PushListener, index: number, data: DataValue): void {
    const { clock, meter } = this.#deps;
    if (queueOverflowed(data.statusCode.value)) {
      meter.count('hygate_readings_lost_total', { reason: 'opcua-queue-overflow' });
    }
    const sample = this.#sampler.change(index, data, clock.wall());
    if (sample !== undefined) listener.samples([sample]);
  }

  async #readEachPeriod(listener: PushListener): Promise<void> {
    const { clock } = this.#deps;
    let next = clock.monotonic();
    for (;;) {
      next = Math.max(next + this.#device.every, clock.monotonic());
      await this.#sleep(next - clock.monotonic());
      if (this.#ending.signal.aborted) return;
      await this.#readOnce(listener);
    }
  }

  /** Gives exactly one sample of each point, whatever happens. */
  async #readOnce(listener: PushListener): Promise<void> {
    const { clock } = this.#deps;
    const live = this.#live;
    if (live === undefined) return listener.read(this.#unanswered(this.#down, 0));
    const begun = clock.monotonic();
    try {
      const limit = Math.min(this.#link.timeout, this.#device.every);
      const { values } = await within(readAll(live.connection), { clock, limit, what: 'the read' });
      live.failedReads = 0;
      this.#tell(listener, undefined);
      const samples = this.#sampler.confirm(values, clock.wall());
      listener.read({ samples, roundTrip: clock.monotonic() - begun, requests: 1, answered: true });
    } catch (error) {
      live.failedReads += 1;
      const down = downOf(error);
      if (SESSION_GONE.test(String(error)))
        live.end(new Down('comm-timeout', 'the server ended the session'));
      this.#tell(listener, down);
      listener.read(this.#unanswered(down, clock.monotonic() - begun));
    }
    this.#watch(live);
  }

  #unanswered(down: Down, roundTrip: Ms): PollResult {
    const samples = this.#sampler.failed(down.reason, this.#deps.clock.wall());
    return { samples, roundTrip, requests: 1, answered: false };
  }

  /** A server can keep its connection and yet be dead, or answer reads and yet publish nothing. */
  #watch(live: Live): void {
    const why = this.#whyDead(live);
    if (why !== undefined) live.end(new Down('comm-timeout', why));
  }

  #whyDead({ failedReads, subscription }: Live): string | undefined {
    const now = this.#deps.clock.monotonic();
    const [silence, sinceTick] = [now - this.#lastPublish, now - this.#lastTick];
    const patience = PATIENCE * this.#device.every;
    const tickWithin = Math.min(LONGEST_WITHOUT_TICK, Math.max(SHORTEST_WITHOUT_TICK, patience));
    const seconds = (time: Ms) => `${Math.round(time / SECOND)} s`;
    if (failedReads >= PATIENCE) return `${failedReads} reads in a row were not answered`;
    if (subscription.ticks && sinceTick > tickWithin)
      return `the server's own clock has not ticked for ${seconds(sinceTick)}`;
    if (silence > PATIENCE * subscription.keepAlive)
      return `the server published nothing for ${seconds(silence)}`;
    return undefined;
  }

  /** Says whether the server answers, and why not, when that is new. */
  #tell(listener: PushListener, down: Down | undefined): void {
    if (down !== undefined) this.#down = down;
    const why = down?.message ?? '';
    if (why === this.#said) return;
    this.#said = why;
    if (down !== undefined) {
      this.#deps.log.warn({ device: this.#device.id, why }, 'an OPC UA server cannot be read');
    }
    listener.state(down === undefined, why);
  }

  async #sleep(delay: Ms): Promise<void> {
    // Rejects only when the source is closed, which the loops see by themselves.
    await this.#deps.clock.sleep(delay, this.#ending.signal).catch(() => undefined);
  }
}
