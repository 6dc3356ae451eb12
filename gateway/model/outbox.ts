import type { Alarm, AlarmEvent } from './alarm.ts';
import type { DeliveryFailure } from './channel.ts';
import type { EpochMs } from './time.ts';

/** What of an alarm event is said to whom. */
export interface Telling {
  readonly event: 'raised' | 'cleared';
  /** Ids of people. */
  readonly to: readonly string[];
}

/** Decides who hears of an event; `told` are those who heard that the alarm was raised. Undefined: nobody. */
export type Router = (event: AlarmEvent, told: readonly string[]) => Telling | undefined;

/** One message for one person, until a channel took it or all gave up. */
export interface Delivery {
  /** In the order of the events. */
  readonly id: number;
  /** The same for every person, try and channel. */
  readonly key: string;
  readonly event: 'raised' | 'cleared';
  readonly at: EpochMs;
  readonly person: string;
  /** The alarm as it stood after the event. */
  readonly alarm: Alarm;
  readonly tries: number;
  /** Channels that said that trying again is of no use. */
  readonly closed: readonly string[];
  /** An earlier try may have arrived: the gateway died while sending, or no answer came. */
  readonly doubtful: boolean;
  /** How many messages wait for this person, this one included. */
  readonly waiting: number;
}

/** How one try ended. */
export interface Attempt {
  readonly channel: string;
  readonly at: EpochMs;
  readonly result: 'sent' | DeliveryFailure;
  /** What the provider said, or what went wrong. */
  readonly answer: string;
  /** Waiting: to be tried again, not before `nextTry`. */
  readonly state: 'waiting' | 'sent' | 'given-up';
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
