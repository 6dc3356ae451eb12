import type { Alarm } from './alarm.ts';
import type { DeliveryFailure, News } from './channel.ts';
import type { Severity } from './standard.ts';
import type { EpochMs } from './time.ts';

/** A message for one person, as it goes into the outbox. */
export interface NewDelivery {
  /** The same for every person, try and channel. */
  readonly key: string;
  readonly event: News;
  /** When there was something to say. */
  readonly at: EpochMs;
  readonly person: string;
  /** Of the worst alarm in it: a critical one passes those that wait. */
  readonly severity: Severity;
  /** As they stood then: one, several in a digest, none in a test. */
  readonly alarms: readonly Alarm[];
}

/** Whether all that is said is that something is over. */
const isAllClear = ({ event, alarms }: Pick<NewDelivery, 'event' | 'alarms'>): boolean =>
  event === 'cleared' || (event === 'digest' && alarms.every(({ clearedAt }) => clearedAt !== null));

/** Whether it passes those that wait: that something critical is over can wait its turn. */
export const isUrgent = (delivery: Pick<NewDelivery, 'event' | 'alarms' | 'severity'>): boolean =>
  delivery.severity === 'critical' && !isAllClear(delivery);

/** One message for one person, until a channel took it or all gave up. */
export interface Delivery extends NewDelivery {
  /** In the order of the events. */
  readonly id: number;
  readonly tries: number;
  /** Channels that said that trying again is of no use. */
  readonly closed: readonly string[];
  /** An earlier try may have arrived: the gateway died while sending, or no answer came. */
  readonly doubtful: boolean;
  /** How many messages wait for this person, this one included. */
  readonly waiting: number;
}

/**
 * `withdrawn`: nothing more is to be said of its alarms. `merged`: told in a digest that took its place. The others as
 * the last try left it.
 */
export type DeliveryState = 'waiting' | 'sent' | 'delivered' | 'given-up' | 'withdrawn' | 'merged';

/** How one try ended, or what a provider said later. */
export interface Attempt {
  readonly channel: string;
  readonly at: EpochMs;
  /** `unconfirmed`: the provider never said whether it arrived. */
  readonly result: 'sent' | 'delivered' | 'unconfirmed' | DeliveryFailure;
  /** What the provider said, or what went wrong. */
  readonly answer: string;
  /** Waiting: to be tried again, not before `nextTry`. */
  readonly state: 'waiting' | 'sent' | 'delivered' | 'given-up';
  readonly nextTry: EpochMs | null;
  readonly closed: readonly string[];
  readonly doubtful: boolean;
  /** When and by what the provider is to be asked whether it arrived. */
  readonly ask?: Ask;
}

export interface Ask {
  readonly receipt: string;
  readonly at: EpochMs;
  /** How often it has been asked in vain. */
  readonly asked: number;
}

/** A message that was sent and of which the provider will tell whether it arrived. */
export interface OpenReceipt extends Delivery {
  readonly channel: string;
  readonly ask: Ask;
  readonly sentAt: EpochMs;
}

/** The durable queue between alarms and channels. Every change is on disk when its promise resolves. */
export interface Outbox {
  /** What waits, oldest first; of a person's long queue its beginning and what is urgent. */
  next(): Promise<readonly Delivery[]>;
  /** Said before each try: should the gateway die now, the delivery comes back as doubtful. */
  sending(id: number, channel: string): Promise<void>;
  settle(id: number, attempt: Attempt): Promise<void>;
  /** Puts one message in the place of several that wait. */
  merge(ids: readonly number[], into: NewDelivery): Promise<void>;
  receipts(): Promise<readonly OpenReceipt[]>;
  /** The provider does not know yet: to be asked again then. */
  askAgain(id: number, ask: Ask): Promise<void>;
  /** Calls the listener when new deliveries are durable; returns the way to stop. */
  onNew(listener: () => void): () => void;
}

/** What one person was told, when and by which way: the proof. */
export interface Telling extends NewDelivery {
  readonly id: number;
  readonly state: DeliveryState;
  /** When the person answered by the link in it. */
  readonly answeredAt: EpochMs | null;
  readonly attempts: readonly TellingAttempt[];
}

export interface TellingAttempt {
  /** `none` where it is no try: it was withdrawn, merged or given up. */
  readonly channel: string;
  readonly at: EpochMs;
  readonly result: Attempt['result'] | 'withdrawn' | 'merged';
  readonly answer: string;
}

/** What the API sees of the outbox. */
export interface Tellings {
  /** Every message about an alarm, oldest first. */
  ofAlarm(alarm: string): Promise<readonly Telling[]>;
  telling(id: number): Promise<Telling | null>;
  /** The link in it was used. */
  answered(id: number, at: EpochMs): Promise<void>;
}
