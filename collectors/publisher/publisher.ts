import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { ReportOutage } from '#model/outage';
import type { Part } from '#model/part';
import type { DeviceId } from '#model/point';
import type { Sample } from '#model/reading';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';
import { type Topics, topicsOf } from '#model/topic';
import { encodeSamples } from '#model/wire';
import { backoff } from '../../gateway/runtime/backoff.ts';
import { Link } from './link.ts';
import { type Dropped, Losses } from './losses.ts';
import { type Batch, Queue } from './queue.ts';

const BATCH_READINGS = 200;
/** How long a batch waits for company. What a group of devices brings goes out together and shares a commit. */
const GATHER: Ms = 50;
const CAPACITY_READINGS = 200_000;
/** Messages on their way; few enough that all of them are cheap to send again. */
const WINDOW = 64;
/** The door acknowledges after the disk has it: a card that is busy may take seconds. */
const ACKNOWLEDGE_WITHIN: Ms = 20 * SECOND;
/** A batch that ended so many connections, while others passed, is given up. */
const STRIKES = 3;
const RETRY = { first: 200, longest: 10 * SECOND, random: Math.random };
const DRAIN_WITHIN: Ms = 2 * SECOND;
const LOOK_EVERY: Ms = SECOND;

export interface PublisherOptions {
  /** `mqtt://host:port` of the gateway's broker. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** The site's id. */
  readonly site: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Readings kept while the door cannot be reached; then the oldest go. 200,000 when left out. */
  readonly capacity?: number;
  /** How long `stop` waits for what is not acknowledged; 2 s when left out. */
  readonly drainWithin?: Ms;
  /** Told of what is dropped, `dropped` with the device and its span, each second. */
  readonly onOutage?: ReportOutage;
}

/** Brings samples to the door, at least once and each point's in order, for as long as memory allows. */
export class Publisher implements Part {
  readonly name = 'publisher';
  readonly #options: PublisherOptions;
  readonly #topics: Topics;
  readonly #queue: Queue;
  readonly #losses = new Losses();
  /** Batches on their way, with the time they were sent. */
  readonly #flights = new Map<Batch, Ms>();
  /** Batches that were on their way when a connection ended. Until they arrived, one goes at a time. */
  readonly #doubtful = new Set<Batch>();
  /** It ended the last connection, alone; another one goes first, to see whether that passes. */
  #suspect: Batch | undefined;
  #link: Link | undefined;
  #up = false;
  #stopped = false;
  #failures = 0;
  #gathering: Timer | undefined;
  #looking: Timer | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#topics = topicsOf(options.site);
    const capacity = options.capacity ?? CAPACITY_READINGS;
    this.#queue = new Queue({ batch: BATCH_READINGS, gather: GATHER, capacity });
  }

  /** Readings that the door has not acknowledged. */
  get waiting(): number {
    return this.#queue.readings;
  }

  /** Resolves at once: the door may come later, and samples wait for it. */
  async start(): Promise<void> {
    this.#connect();
    this.#look();
  }

  /** Never blocks and never throws; a sample that cannot be kept is counted. */
  publish(device: DeviceId, samples: readonly Sample[]): void {
    if (this.#stopped) {
      this.#lose('stopped', [{ device, samples }]);
      this.#tellLosses();
      return;
    }
    const dropped = this.#queue.add(device, samples, this.#options.clock.monotonic());
    this.#lose('queue-full', dropped);
    for (const batch of dropped) this.#forget(batch);
    this.#pump();
  }

  /** Waits a while for what is on its way; what the door did not take by then is counted and said. */
  async stop(): Promise<void> {
    const { clock, log, drainWithin = DRAIN_WITHIN } = this.#options;
    this.#stopped = true;
    const until = clock.monotonic() + drainWithin;
    this.#pump();
    while (this.#queue.readings > 0 && clock.monotonic() < until) await clock.sleep(GATHER);
    this.#looking?.cancel();
    this.#looking = undefined;
    this.#gathering?.cancel();
    const lost = this.#queue.readings;
    this.#lose('stopped', this.#queue.all());
    this.#tellLosses();
    if (lost > 0) log.error({ readings: lost }, 'readings were lost: the door did not take them in time');
    this.#link?.end('stopped');
  }

  #connect(): void {
    const { url, user, password } = this.#options;
    this.#link = new Link({
      url,
      user,
      password,
      onUp: () => this.#rise(),
      onDown: (why) => this.#fall(why),
    });
  }

  #rise(): void {
    this.#up = true;
    this.#options.log.info({ url: this.#options.url }, 'the door can be reached');
    this.#pump();
  }

  #fall(why: string): void {
    const { clock, log, url } = this.#options;
    this.#up = false;
    this.#link = undefined;
    this.#flights.clear();
    const unanswered = this.#queue.putBack();
    this.#blame(unanswered);
    if (this.#looking === undefined) return;
    const retryIn = backoff(this.#failures++, RETRY);
    log.warn({ url, why, retryIn, waiting: this.#queue.readings }, 'the door cannot be reached');
    clock.after(retryIn, () => {
      if (this.#looking !== undefined) this.#connect();
    });
  }

  #blame(unanswered: readonly Batch[]): void {
    const [only] = unanswered;
    if (only === undefined) return;
    if (unanswered.length === 1 && this.#doubtful.has(only)) {
      only.closes += 1;
      this.#suspect = only;
    }
    for (const batch of unanswered) this.#doubtful.add(batch);
  }

  #pump(): void {
    const link = this.#link;
    if (!this.#up || link === undefined) return;
    const now = this.#options.clock.monotonic();
    const window = this.#doubtful.size > 0 ? 1 : WINDOW;
    // When one is due all go, so that they lie in one commit.
    let due = this.#stopped;
    while (this.#flights.size < window) {
      const batch = this.#next();
      if (batch === undefined) return;
      const wait = due ? 0 : this.#queue.opensFor(batch, now);
      if (wait > 0) {
        this.#gather(wait);
        return;
      }
      due = true;
      this.#send(link, batch, now);
    }
  }

  #next(): Batch | undefined {
    const suspect = this.#suspect;
    return suspect === undefined ? this.#queue.first() : (this.#queue.other(suspect) ?? suspect);
  }

  #gather(wait: Ms): void {
    this.#gathering ??= this.#options.clock.after(wait, () => {
      this.#gathering = undefined;
      this.#pump();
    });
  }

  #send(link: Link, batch: Batch, now: Ms): void {
    this.#queue.take(batch);
    this.#flights.set(batch, now);
    // While in doubt every batch that goes alone may turn out to be the guilty one.
    if (this.#doubtful.size > 0) this.#doubtful.add(batch);
    link.send(this.#topics.in(batch.device), encodeSamples(batch.samples), () => this.#arrived(batch));
  }

  #arrived(batch: Batch): void {
    const suspect = this.#suspect;
    this.#failures = 0;
    this.#flights.delete(batch);
    this.#queue.remove(batch);
    this.#forget(batch);
    this.#suspect = undefined;
    if (suspect !== undefined && suspect !== batch && ++suspect.strikes >= STRIKES) this.#giveUp(suspect);
    this.#pump();
  }

  #giveUp(batch: Batch): void {
    const { device, samples } = batch;
    this.#queue.remove(batch);
    this.#forget(batch);
    this.#lose('poison', [batch]);
    const fields = { device, readings: samples.length, first: samples[0], last: samples.at(-1) };
    this.#options.log.error(
      fields,
      'readings were given up: the door closes the connection whenever they come',
    );
  }

  #forget(batch: Batch): void {
    this.#doubtful.delete(batch);
    if (this.#suspect === batch) this.#suspect = undefined;
  }

  #look(): void {
    const { clock, meter } = this.#options;
    this.#looking = clock.after(LOOK_EVERY, () => {
      meter.gauge('hygate_collector_queue_readings', this.#queue.readings);
      this.#tellLosses();
      const [oldest] = this.#flights.values();
      const late = oldest !== undefined && clock.monotonic() - oldest > ACKNOWLEDGE_WITHIN;
      this.#look();
      if (late) this.#link?.end('no acknowledgement in time');
    });
  }

  #lose(reason: 'queue-full' | 'poison' | 'stopped', batches: readonly Dropped[]): void {
    for (const batch of batches) {
      this.#options.meter.count('hygate_readings_lost_total', { reason }, batch.samples.length);
      this.#losses.add(batch);
    }
  }

  #tellLosses(): void {
    this.#losses.tell(this.#options.onOutage ?? (() => {}));
  }
}
