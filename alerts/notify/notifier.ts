import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeliveryError,
  type Message,
  type Need,
  type OpenChannel,
  type Sent,
  type Way,
} from '#model/channel';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Attempt, Delivery, Outbox } from '#model/outbox';
import type { Part } from '#model/part';
import type { Person, Site } from '#model/site';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';
import { choose, failedAttempt, failuresAfter, reaches, restAfter, type Standing } from './choice.ts';
import { messageOf } from './message.ts';
import { Patience } from './patience.ts';
import { usableZone } from './time-zone.ts';

const TRY_WITHIN: Ms = 30 * SECOND;
/** The outbox is looked at this often even when nobody says that it changed. */
const LOOK: Ms = 30 * SECOND;

export interface NotifierOptions {
  readonly site: Site;
  readonly channels: ReadonlyMap<string, Way>;
  /** Each channel gets a folder of its own in it. */
  readonly dir: string;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Longest time of one try; 30 s when left out. */
  readonly tryWithin?: Ms;
  /** For the times in messages; the machine's when left out. */
  readonly timeZone?: string;
}

/**
 * Takes messages out of the outbox to people. One message at a time for each person, in order, so that an all-clear
 * never overtakes its alarm; people and channels do not wait for one another. The outbox on disk is the only queue.
 */
export class Notifier implements Part {
  readonly name = 'notifier';
  readonly #options: NotifierOptions;
  readonly #tryWithin: Ms;
  readonly #timeZone: string;
  readonly #patience: Patience;
  readonly #open = new Map<string, OpenChannel>();
  /** Channel and person. */
  readonly #standings = new Map<string, Standing>();
  /** Person → the try that runs. */
  readonly #running = new Map<string, Promise<void>>();
  #abort = new AbortController();
  #unsubscribe: () => void = () => undefined;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #timer: Timer | undefined;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#patience = new Patience(options.clock);
    this.#tryWithin = options.tryWithin ?? TRY_WITHIN;
    const zone = options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    this.#timeZone = usableZone(zone, new Date(options.clock.wall()).getTimezoneOffset());
  }

  async start(): Promise<void> {
    const { site, channels, outbox, clock } = this.#options;
    this.#abort = new AbortController();
    for (const [name, { use, options }] of Object.entries(site.channels)) {
      const channel = channels.get(use);
      if (channel === undefined)
        throw new Error(`there is no channel "${name}": the site file was not checked`);
      if (channel.kind === 'messenger')
        this.#open.set(name, channel.open(options, { clock, dir: await this.#folder(name) }));
    }
    this.#unsubscribe = outbox.onNew(() => this.#look());
    this.#look();
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#abort.abort(new Error('the gateway stops'));
    this.#timer?.cancel();
    await this.#looking;
    await Promise.all(this.#running.values());
    await Promise.all([...this.#open.values()].map((channel) => channel.close()));
    this.#open.clear();
  }

  /** Starts what can be started; one look at a time, and once more when something changed meanwhile. */
  #look(): void {
    if (this.#abort.signal.aborted) return;
    this.#lookAgain = true;
    this.#looking ??= this.#lookThrough().finally(() => {
      this.#looking = undefined;
    });
  }

  async #lookThrough(): Promise<void> {
    const { outbox, clock, log } = this.#options;
    let wait = LOOK;
    while (this.#lookAgain && !this.#abort.signal.aborted) {
      this.#lookAgain = false;
      try {
        wait = this.#startTries(await outbox.next());
      } catch (err) {
        log.error({ err }, 'the outbox could not be read; it is tried again');
        wait = SECOND;
      }
    }
    this.#timer?.cancel();
    if (!this.#abort.signal.aborted) this.#timer = clock.after(wait, () => this.#look());
  }

  /** How long until the next look is worth it. */
  #startTries(heads: readonly Delivery[]): Ms {
    const { clock } = this.#options;
    this.#patience.look();
    let next = LOOK;
    this.#gauge(heads);
    for (const delivery of heads) {
      if (this.#running.has(delivery.person)) continue;
      const channels = this.#channelsOf(delivery.person);
      const standing = (channel: string) => this.#standings.get(`${channel} ${delivery.person}`);
      const waiting = { closed: delivery.closed, isOver: this.#patience.isOver(delivery.at) };
      const choice = choose(waiting, channels, standing, clock.monotonic());
      if (choice.kind === 'wait') next = Math.min(next, choice.rest);
      else
        this.#run(
          delivery,
          choice.kind === 'try' ? this.#try(delivery, choice.channel, channels) : this.#giveUp(delivery),
        );
    }
    return next;
  }

  #run(delivery: Delivery, task: Promise<void>): void {
    const { log } = this.#options;
    const running = task
      .catch(async (err: Error) => {
        log.error(
          { err, delivery: delivery.id },
          'the outbox could not be written; the message is tried again',
        );
        // Else a broken store would be asked as fast as it fails.
        await this.#options.clock.sleep(SECOND, this.#abort.signal).catch(() => undefined);
      })
      .finally(() => {
        this.#running.delete(delivery.person);
        this.#look();
      });
    this.#running.set(delivery.person, running);
  }

  async #try(delivery: Delivery, channel: string, channels: readonly string[]): Promise<void> {
    const { outbox, clock, meter, log } = this.#options;
    const pair = `${channel} ${delivery.person}`;
    await outbox.sending(delivery.id, channel);
    try {
      const answer = await this.#send(delivery, channel);
      this.#standings.delete(pair);
      meter.count('hygate_messages_sent_total', { channel });
      await outbox.settle(delivery.id, sentAttempt(delivery, channel, answer, clock.wall()));
    } catch (failure) {
      // Stopped in the middle: the row stays marked as being sent, and comes back as doubtful.
      if (this.#abort.signal.aborted) return;
      if (!(failure instanceof DeliveryError)) throw failure;
      const at = clock.wall();
      const failures = failuresAfter(this.#standings.get(pair)?.failures ?? 0, failure);
      const rest = failures === undefined ? 0 : restAfter(failures, Math.random);
      if (failures !== undefined) {
        this.#standings.set(pair, { failures, restsUntil: clock.monotonic() + rest });
      }
      meter.count('hygate_message_failures_total', { channel, reason: failure.failure });
      const attempt = failedAttempt({
        delivery,
        channel,
        channels,
        error: failure,
        at,
        nextTry: at + rest,
      });
      const fields = {
        alarm: delivery.alarms[0]?.id,
        person: delivery.person,
        channel,
        reason: failure.failure,
      };
      log.warn({ ...fields, answer: failure.message, state: attempt.state }, 'a message was not delivered');
      await outbox.settle(delivery.id, attempt);
    }
  }

  /** The channel's answer, or a DeliveryError; never longer than a try may take, whatever the channel does. */
  async #send(delivery: Delivery, name: string): Promise<string> {
    const { site, clock } = this.#options;
    const person = site.people.find(({ id }) => id === delivery.person);
    const channel = this.#open.get(name);
    if (person === undefined || channel === undefined) {
      throw new DeliveryError('misconfigured', false, `no channel ${name} or no person ${delivery.person}`);
    }
    const message = this.#write(delivery);
    const timeout = new AbortController();
    const timer = clock.after(this.#tryWithin, () => {
      timeout.abort(new DeliveryError('timeout', true, `no answer within ${this.#tryWithin} ms`));
    });
    const signal = AbortSignal.any([timeout.signal, this.#abort.signal]);
    try {
      const { answer } = await Promise.race([attempt(channel, message, person, signal), whenAborted(signal)]);
      return answer;
    } finally {
      timer.cancel();
    }
  }

  /** What cannot be put into words is set aside: it must not stand before the person's other messages for ever. */
  #write(delivery: Delivery): Message {
    try {
      return messageOf(delivery, this.#options.site, this.#timeZone);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new DeliveryError('rejected', false, `the message cannot be written: ${why}`);
    }
  }

  async #giveUp(delivery: Delivery): Promise<void> {
    const { outbox, clock, meter, log } = this.#options;
    const { id, closed, doubtful, alarms, person } = delivery;
    const answer = 'no channel of this person is left to try';
    log.error({ alarm: alarms[0]?.id, person }, 'a message is given up: no channel is left');
    meter.count('hygate_message_failures_total', { channel: 'none', reason: 'misconfigured' });
    await outbox.settle(id, {
      ...{ channel: 'none', at: clock.wall(), result: 'misconfigured', answer },
      ...{ state: 'given-up', nextTry: null, closed, doubtful },
    });
  }

  #channelsOf(person: string): readonly string[] {
    const { site } = this.#options;
    const found: Person | undefined = site.people.find(({ id }) => id === person);
    if (found === undefined) return [];
    return found.channels.filter((name) => this.#open.has(name) && reaches(this.#needs(name), found));
  }

  #needs(name: string): readonly Need[] {
    const { site, channels } = this.#options;
    const way = channels.get(site.channels[name]?.use ?? '');
    return way?.kind === 'messenger' ? way.needs : [];
  }

  async #folder(name: string): Promise<string> {
    const folder = join(this.#options.dir, name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  /** Messages that wait, each under the channel that its person prefers. */
  #gauge(heads: readonly Delivery[]): void {
    const waiting = new Map([...this.#open.keys(), 'none'].map((name) => [name, 0]));
    for (const { person, waiting: count } of heads) {
      const channel = this.#channelsOf(person)[0] ?? 'none';
      waiting.set(channel, (waiting.get(channel) ?? 0) + count);
    }
    for (const [channel, count] of waiting)
      this.#options.meter.gauge('hygate_messages_waiting', count, { channel });
  }
}

async function attempt(
  channel: OpenChannel,
  message: Message,
  person: Person,
  signal: AbortSignal,
): Promise<Sent> {
  try {
    return await channel.send(message, person, signal);
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new DeliveryError('unreachable', true, `the channel failed in an unforeseen way: ${why}`);
  }
}

const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

const sentAttempt = (
  { closed, doubtful }: Delivery,
  channel: string,
  answer: string,
  at: number,
): Attempt => ({ channel, at, result: 'sent', answer, state: 'sent', nextTry: null, closed, doubtful });
