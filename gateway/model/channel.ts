import type { Static, TSchema } from 'typebox';
import type { Alarm } from './alarm.ts';
import type { Text } from './text.ts';
import type { Clock } from './time.ts';

/** What is said to one person about one alarm event. */
export interface Message {
  /** The same for every try and every channel: receivers drop repeats by it. */
  readonly key: string;
  readonly event: 'raised' | 'cleared';
  readonly subject: Text;
  readonly body: Text;
  readonly alarm: Alarm;
  /** True when an earlier try may have arrived. */
  readonly repeat: boolean;
}

export interface Recipient {
  readonly id: string;
  readonly name: string;
  readonly phone?: string;
  readonly email?: string;
}

/** Why a try failed: a closed list, the label of the counter. */
export type DeliveryFailure =
  | 'timeout'
  | 'unreachable'
  | 'refused'
  | 'rate-limited'
  | 'rejected'
  | 'misconfigured';

/** Thrown by a channel. `retry` tells the outbox whether trying again can help. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly failure: DeliveryFailure;
  readonly retry: boolean;

  constructor(failure: DeliveryFailure, retry: boolean, message: string) {
    super(message);
    this.failure = failure;
    this.retry = retry;
  }
}

/** An open way to people. `send` resolves with the provider's answer when it took the message. */
export interface OpenChannel {
  send(message: Message, to: Recipient, signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

/** A channel as a value: default export of `alerts/channels/<name>/channel.ts`. */
export interface Channel<Options extends TSchema = TSchema> {
  /** Equal to the folder's name. */
  readonly name: string;
  readonly title: Text;
  /** The `channels.<name>` part of the site file. Times are given as text ("10s"). */
  readonly options: Options;
  /** What a person needs to be reached here. */
  readonly needs: readonly ('phone' | 'email')[];
  open(options: Static<Options>, deps: { readonly clock: Clock }): OpenChannel;
}

/** Keeps the link between a channel's schema and its options' type. */
export const defineChannel = <Options extends TSchema>(channel: Channel<Options>): Channel<Options> =>
  channel;
