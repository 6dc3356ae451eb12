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

/** How one try ended, or what a provider said later. */
export interface Attempt {
  readonly channel: string;
  readonly at: EpochMs;
  readonly result: 'sent' | 'delivered' | DeliveryFailure;
  /** What the provider said, or what went wrong. */
  readonly answer: string;
  /** Waiting: to be tried again, not before `nextTry`. */
  readonly state: 'waiting' | 'sent' | 'delivered' | 'given-up';
  readonly nextTry: EpochMs | null;
  readonly closed: readonly string[];
  readonly doubtful: boolean;
}

/** The durable queue between alarms and channels. Every change is on disk when its promise resolves. */
export interface Outbox {
  /** The oldest waiting delivery of each person. */
  next(): Promise<readonly Delivery[]>;
  /** Said before each try: should the gateway die now, the delivery comes back as doubtful. */
  sending(id: number, channel: string): Promise<void>;
  settle(id: number, attempt: Attempt): Promise<void>;
  /** Calls the listener when new deliveries are durable; returns the way to stop. */
  onNew(listener: () => void): () => void;
}
