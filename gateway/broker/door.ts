import { HygateError } from '#model/errors';
import type { Journal } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { DeviceId } from '#model/point';
import type { Reading } from '#model/reading';
import { type SetAside, setAsideEvents } from '#model/set-aside';
import type { Site } from '#model/site';
import { type Clock, type EpochMs, MINUTE, type Ms } from '#model/time';
import type { Topics } from '#model/topic';
import { MAX_PAYLOAD_BYTES, type Refusal } from '#model/wire';
import type { Account } from './authentication.ts';
import { Cut } from './cut.ts';
import { DeviceClocks } from './device-clocks.ts';
import { type DoorDevice, doorDevice, type Judgement, judge } from './judgement.ts';
import { publishRight } from './rights.ts';
import { Throttle } from './throttle.ts';

/**
 * Readings at the door, not yet durable: at the first number the clients are held, at the second let go on. What was
 * read ahead from them waits unread. The first, divided by what the disk takes in a second, is how long a reading is on
 * its way when all others send too much; the journal lets 200,000 wait.
 */
const FULL = 50_000;
const ROOM = 25_000;
/** What a message weighs beside its readings, in readings: its packet and its promises are larger than one. */
const MESSAGE_WEIGHT = 10;

/** How much of a refused payload is kept for whoever must find out what the device sends. */
const KEPT_BYTES = 512;
const REPORT_EVERY = MINUTE;

export interface DoorOptions {
  readonly site: Site;
  readonly topics: Topics;
  readonly journal: Journal;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
  /** Called with true when the door is full, and with false when there is room again. */
  readonly hold: (full: boolean) => void;
}

interface Publication {
  readonly account: Account;
  readonly topic: string;
  readonly payload: Buffer;
}

/** The one door: whatever is to be stored comes through `admit`, from our own collectors too. */
export class Door {
  readonly #options: DoorOptions;
  readonly #devices: ReadonlyMap<DeviceId, DoorDevice>;
  readonly #reports = new Throttle<string>(REPORT_EVERY);
  /** Messages that came while the door was full, in their order. */
  readonly #waiting = new Set<() => void>();
  readonly #clocks: DeviceClocks;
  #pending = 0;
  #weight = 0;
  /** When each message that is not durable came, on the monotonic clock; oldest first. */
  readonly #since = new Set<{ readonly at: Ms }>();
  #full = false;

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#clocks = new DeviceClocks(options.meter);
    this.#devices = new Map(options.site.devices.map((device) => [device.id, doorDevice(device)]));
  }

  /** Readings that wait for the disk, and messages that wait to be read. */
  get pending(): number {
    return this.#pending + this.#waiting.size;
  }

  /** Nothing is read from senders until there is room again. */
  get full(): boolean {
    return this.#full;
  }

  /** How long the oldest reading has been waiting for the disk. */
  get waits(): Ms {
    const [oldest] = this.#since;
    return oldest === undefined ? 0 : this.#options.clock.monotonic() - oldest.at;
  }

  /**
   * Resolves when the message may be acknowledged: what is good of it is on disk, what is not is counted. Rejects
   * with a Cut when the client must go without an acknowledgement.
   */
  async admit(publication: Publication): Promise<void> {
    if (this.#full || this.#waiting.size > 0) await this.#turn();
    const taken = this.#take(publication);
    this.#letIn();
    await taken;
  }

  /** Nothing of a message is looked at before there is room for it. */
  #turn(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  /** One, who lets the next in when there still is room. */
  #letIn(): void {
    const [next] = this.#waiting;
    if (this.#full || next === undefined) return;
    this.#waiting.delete(next);
    next();
  }

  /** What it weighs is counted before this returns its promise. */
  async #take(publication: Publication): Promise<void> {
    const { account, topic, payload } = publication;
    const right = publishRight(account, topic, this.#options.topics);
    if ('refused' in right) throw this.#turnAway(publication, right.refused);
    if (payload.length > MAX_PAYLOAD_BYTES) throw this.#turnAway(publication, 'too-large');
    // A collector with another site file than ours: its readings have no point here, and it is told so once.
    const device = this.#devices.get(right.device) ?? { id: right.device, points: new Map() };
    const now = this.#options.clock.wall();
    const judgement = judge(payload, device, now, (shown) => this.#clockOffset(device.id, shown, now));
    const { readings, aside } = judgement;
    const reported = this.#countRefused(publication, judgement);
    await Promise.all([this.#store(account, readings), this.#setAside(account, aside), reported]);
  }

  async #store(account: Account, readings: readonly Reading[]): Promise<void> {
    if (readings.length === 0) return;
    this.#countReceived(account, readings);
    const since = { at: this.#options.clock.monotonic() };
    this.#since.add(since);
    this.#count(1, readings.length);
    try {
      await this.#options.journal.append(readings);
    } catch (error) {
      throw this.#unwritable(account, error);
    } finally {
      this.#since.delete(since);
      this.#count(-1, readings.length);
    }
  }

  /** As durable as what is stored before the message is acknowledged, and weighed like it. */
  async #setAside(account: Account, aside: readonly SetAside[]): Promise<void> {
    const { journal, clock, meter } = this.#options;
    const count = aside.reduce((sum, { readings }) => sum + readings.length, 0);
    if (count === 0) return;
    meter.count('hygate_readings_received_total', {}, count);
    for (const { why, readings } of aside) {
      meter.count('hygate_readings_set_aside_total', { reason: why }, readings.length);
    }
    this.#count(1, count);
    try {
      const events = aside.flatMap((one) => setAsideEvents(one, clock.wall(), account.user));
      await Promise.all(events.map((event) => journal.record(event)));
    } catch (error) {
      throw this.#unwritable(account, error);
    } finally {
      this.#count(-1, count);
    }
  }

  #clockOffset(device: DeviceId, shown: EpochMs, now: EpochMs): Ms | null {
    const { clock, journal, log } = this.#options;
    if (!this.#devices.has(device)) return null;
    const moment = { device, shown, now, monotonic: clock.monotonic() };
    const offset = this.#clocks.offset(moment);
    const event = offset === null ? undefined : this.#clocks.event(moment, offset);
    if (event !== undefined) {
      log.warn(event.data, 'the clock of a device is off, or is right again');
      // Nothing waits for it: the next message says it again.
      journal
        .record(event)
        .catch((err: unknown) => log.error({ err, device }, 'that could not be journaled'));
    }
    return offset;
  }

  #countReceived(account: Account, readings: readonly Reading[]): void {
    const { meter } = this.#options;
    meter.count('hygate_readings_received_total', {}, readings.length);
    // A collector counts the bad readings of its own devices.
    if (account.role !== 'logger') return;
    const { device } = account;
    for (const { quality, reason } of readings) {
      if (quality === 'bad' && reason !== null) meter.count('hygate_readings_bad_total', { device, reason });
    }
  }

  #count(messages: 1 | -1, readings: number): void {
    this.#pending += readings * messages;
    this.#weight += (readings + MESSAGE_WEIGHT) * messages;
    this.#options.meter.gauge('hygate_door_pending_readings', this.#pending);
    const full = this.#full ? this.#weight > ROOM : this.#weight >= FULL;
    if (full === this.#full) return;
    this.#full = full;
    this.#options.hold(full);
    this.#letIn();
  }

  #unwritable(account: Account, error: unknown): Cut {
    const { log, clock } = this.#options;
    const times = this.#reports.pass('journal-unwritable', clock.monotonic());
    if (times > 0) {
      log.error(
        { user: account.user, times, err: error },
        'readings could not be stored; senders will retry',
      );
    }
    const full = error instanceof HygateError && error.code === 'disk-full';
    return new Cut(full ? 'disk-full' : 'journal-unwritable', 'the journal cannot write');
  }

  #turnAway(publication: Publication, why: 'not-yours' | 'bad-topic' | 'too-large'): Cut {
    this.#options.meter.count('hygate_messages_refused_total', { reason: why });
    // The client goes in any case: nothing waits for this record.
    this.#report(publication, why, 0).catch((error: unknown) => this.#unwritable(publication.account, error));
    return new Cut(why, `${publication.topic}: ${why}`);
  }

  /** Resolves when the refusal is in the journal, or at once when there is none to record. */
  async #countRefused(publication: Publication, { refused, whole }: Judgement): Promise<void> {
    const { meter } = this.#options;
    if (whole !== null) {
      meter.count('hygate_messages_refused_total', { reason: whole });
      return await this.#report(publication, whole, 0);
    }
    if (refused.length === 0) return;
    meter.count('hygate_readings_received_total', {}, refused.length);
    const counts = new Map<Refusal, number>();
    for (const why of refused) counts.set(why, (counts.get(why) ?? 0) + 1);
    for (const [reason, count] of counts) meter.count('hygate_readings_refused_total', { reason }, count);
    await Promise.all([...counts].map(([why, count]) => this.#report(publication, why, count)));
  }

  /** One record a client and reason in a minute; `readings` is 0 when the whole message was refused. */
  async #report({ account, topic, payload }: Publication, reason: Refusal, readings: number): Promise<void> {
    const { clock, journal, log } = this.#options;
    const messages = this.#reports.pass(`${account.user} ${reason}`, clock.monotonic());
    if (messages === 0) return;
    const seen = { topic, reason, readings, messages, bytes: payload.length };
    log.warn({ user: account.user, ...seen }, 'a message was refused, wholly or in part');
    const data = { ...seen, payload: payload.toString('utf8', 0, KEPT_BYTES) };
    try {
      await journal.record({ type: 'payload-refused', at: clock.wall(), by: account.user, data });
    } catch (error) {
      throw this.#unwritable(account, error);
    }
  }
}
