import { DeliveryError, type Message, type Sent, type Way } from '#model/channel';
import type { IssueLink } from '#model/link';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import { type Attempt, type Delivery, isUrgent, type Outbox } from '#model/outbox';
import type { Part } from '#model/part';
import type { Site } from '#model/site';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';
import { ChannelHealth, type OnChannel } from './channel-health.ts';
import { choose, failedAttempt, failuresAfter, RESTED, restAfter, type Standing } from './choice.ts';
import { messageOf } from './message.ts';
import { Pacer } from './pacer.ts';
import { Patience } from './patience.ts';
import { askAt, ReceiptDesk } from './receipt-desk.ts';
import { turnOf } from './turn.ts';
import { Ways } from './ways.ts';

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
  /** The address where the person answers a message; none when left out. */
  readonly link?: IssueLink;
  readonly onChannel?: OnChannel;
}

/**
 * Takes messages out of the outbox to people. One message at a time for each person, in the order of `turnOf`; people
 * and channels do not wait for one another. The outbox on disk is the only queue.
 */
export class Notifier implements Part {
  readonly name = 'notifier';
  readonly #options: NotifierOptions;
  readonly #patience: Patience;
  readonly #pacer = new Pacer();
  readonly #health: ChannelHealth;
  readonly #ways: Ways;
  readonly #receipts: ReceiptDesk;
  /** Channel and person. */
  readonly #standings = new Map<string, Standing>();
  /** Person → the try that runs. */
  readonly #running = new Map<string, Promise<void>>();
  /** Ids of messages that were counted as held up by a provider's pace. */
  readonly #paced = new Set<number>();
  #abort = new AbortController();
  #unsubscribe: () => void = () => undefined;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #timer: Timer | undefined;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#patience = new Patience(options.clock);
    this.#health = new ChannelHealth(options.onChannel ?? (() => undefined));
    this.#ways = new Ways({ ...options, onBroken: (channel) => this.#health.broken(channel) });
    this.#receipts = new ReceiptDesk({ ...options, ways: this.#ways, onUndelivered: () => this.#look() });
  }

  async start(): Promise<void> {
    this.#abort = new AbortController();
    await this.#ways.open();
    this.#unsubscribe = this.#options.outbox.onNew(() => this.#look());
    this.#look();
    this.#receipts.start();
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#abort.abort(new Error('the gateway stops'));
    const receipts = this.#receipts.stop();
    this.#ways.abort();
    this.#timer?.cancel();
    await Promise.all([this.#looking, receipts]);
    await Promise.all(this.#running.values());
    await this.#ways.close();
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
  #startTries(waiting: readonly Delivery[]): Ms {
    this.#patience.look();
    this.#gauge(waiting);
    const queues = [...Map.groupBy(waiting, ({ person }) => person).values()];
    // Where a channel takes few messages only, the urgent ones are those.
    const urgentFirst = queues.toSorted((a, b) => Number(b.some(isUrgent)) - Number(a.some(isUrgent)));
    return Math.min(LOOK, ...urgentFirst.map((queue) => this.#startOne(queue)));
  }

  /** Starts what is next for one person. */
  #startOne(queue: readonly Delivery[]): Ms {
    const { outbox } = this.#options;
    const turn = turnOf(queue, ({ at }) => this.#patience.isLate(at));
    const person = queue[0]?.person;
    if (turn === undefined || person === undefined || this.#running.has(person)) return LOOK;
    if (turn.kind === 'send') return this.#startTry(turn.delivery);
    this.#run(person, outbox.merge(turn.ids, turn.into));
    return LOOK;
  }

  #startTry(delivery: Delivery): Ms {
    const { clock } = this.#options;
    const { person, closed, at } = delivery;
    const channels = this.#ways.of(person);
    const now = clock.monotonic();
    const waiting = { closed, isOver: this.#patience.isOver(at) };
    const choice = choose(waiting, channels, (channel) => this.#standing(channel, person, now), now);
    if (choice.kind === 'wait') {
      this.#countPaced(delivery, choice.channel, now);
      return choice.rest;
    }
    if (choice.kind === 'give-up') this.#run(person, this.#giveUp(delivery));
    else this.#run(person, this.#try(delivery, choice.channel, channels));
    return LOOK;
  }

  #standing(channel: string, person: string, now: Ms): Standing {
    const standing = this.#standings.get(`${channel} ${person}`) ?? RESTED;
    return {
      ...standing,
      pacedUntil: now + this.#pacer.wait(channel, person, this.#ways.pace(channel), now),
    };
  }

  #run(person: string, task: Promise<void>): void {
    const { log, clock } = this.#options;
    const running = task
      .catch(async (err: Error) => {
        log.error({ err, person }, 'the outbox could not be written; the message is tried again');
        // Else a broken store would be asked as fast as it fails.
        await clock.sleep(SECOND, this.#abort.signal).catch(() => undefined);
      })
      .finally(() => {
        this.#running.delete(person);
        this.#look();
      });
    this.#running.set(person, running);
  }

  async #try(delivery: Delivery, channel: string, channels: readonly string[]): Promise<void> {
    const { outbox, clock, meter } = this.#options;
    const { id, person } = delivery;
    this.#pacer.took(channel, person, this.#ways.pace(channel), clock.monotonic());
    this.#paced.delete(id);
    await outbox.sending(id, channel);
    try {
      const sent = await this.#ways.send(channel, person, this.#write(delivery));
      this.#standings.delete(`${channel} ${person}`);
      this.#health.worked(channel);
      meter.count('hygate_messages_sent_total', { channel });
      await outbox.settle(id, sentAttempt(delivery, channel, sent, clock.wall()));
    } catch (failure) {
      // Stopped in the middle: the row stays marked as being sent, and comes back as doubtful.
      if (this.#abort.signal.aborted) return;
      if (!(failure instanceof DeliveryError)) throw failure;
      await this.#failed(delivery, channel, channels, failure);
    }
  }

  async #failed(
    delivery: Delivery,
    channel: string,
    channels: readonly string[],
    error: DeliveryError,
  ): Promise<void> {
    const { outbox, clock, meter, log } = this.#options;
    const { person, alarms } = delivery;
    const at = clock.wall();
    const nextTry = at + this.#rest(`${channel} ${person}`, error);
    this.#health.failed(channel, error, clock.monotonic());
    meter.count('hygate_message_failures_total', { channel, reason: error.failure });
    const attempt = failedAttempt({ delivery, channel, channels, error, at, nextTry });
    const fields = { alarm: alarms[0]?.id, person, channel, reason: error.failure };
    log.warn({ ...fields, answer: error.message, state: attempt.state }, 'a message was not delivered');
    await outbox.settle(delivery.id, attempt);
  }

  /** How long the channel rests for the person. */
  #rest(pair: string, error: DeliveryError): Ms {
    const failures = failuresAfter(this.#standings.get(pair)?.failures ?? 0, error);
    if (failures === undefined) return 0;
    const rest = restAfter(failures, error.retryAfter, Math.random);
    const restsUntil = this.#options.clock.monotonic() + rest;
    this.#standings.set(pair, { ...RESTED, failures, restsUntil });
    return rest;
  }

  /** What cannot be put into words is set aside: it must not stand before the person's other messages for ever. */
  #write(delivery: Delivery): Message {
    const { site, link } = this.#options;
    try {
      const isLate = this.#patience.isLate(delivery.at);
      return messageOf(delivery, { site, link: link?.(delivery) ?? null, isLate });
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

  #countPaced({ id, person }: Delivery, channel: string, now: Ms): void {
    if (this.#paced.has(id) || this.#pacer.wait(channel, person, this.#ways.pace(channel), now) === 0) return;
    this.#paced.add(id);
    this.#options.meter.count('hygate_messages_paced_total', { channel });
  }

  /** Messages that wait, each under the channel that its person prefers. */
  #gauge(queue: readonly Delivery[]): void {
    const waiting = new Map([...this.#ways.names(), 'none'].map((name) => [name, 0]));
    for (const [person, { waiting: count }] of new Map(
      queue.map((delivery) => [delivery.person, delivery]),
    )) {
      const channel = this.#ways.of(person)[0] ?? 'none';
      waiting.set(channel, (waiting.get(channel) ?? 0) + count);
    }
    for (const [channel, count] of waiting)
      this.#options.meter.gauge('hygate_messages_waiting', count, { channel });
  }
}

function sentAttempt(
  { closed, doubtful }: Delivery,
  channel: string,
  { answer, receipt }: Sent,
  at: number,
): Attempt {
  const attempt = {
    channel,
    at,
    result: 'sent',
    answer,
    state: 'sent',
    nextTry: null,
    closed,
    doubtful,
  } as const;
  return receipt === null ? attempt : { ...attempt, ask: { receipt, at: askAt(at, 0) ?? at, asked: 0 } };
}
