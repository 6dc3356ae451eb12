import type { Static, TSchema } from 'typebox';
import type { Alarm } from './alarm.ts';
import type { Severity } from './standard.ts';
import type { Language, Text } from './text.ts';
import type { Clock, EpochMs, Ms } from './time.ts';

/**
 * Why a person is spoken to. `raised`: an alarm that they have not heard of. `escalated`: nobody has taken it.
 * `reminder`: it lasts. `cleared`: it is over. `digest`: many at once, listed. `test`: the regular trial of the way.
 */
export type News = 'raised' | 'escalated' | 'reminder' | 'cleared' | 'digest' | 'test';

/** What is said to one person. */
export interface Message {
  /** The same for every try and every channel: receivers drop repeats by it. */
  readonly key: string;
  readonly event: News;
  /** Of the worst alarm in it. */
  readonly severity: Severity;
  /** One line, some 60 characters: all that a short message or a voice has room for. */
  readonly subject: Text;
  /** Lines of `name: value`. */
  readonly body: Text;
  /** Those that it is about: one, several in a digest, none in a test. */
  readonly alarms: readonly Alarm[];
  /** True when an earlier try may have arrived. The body says so, too. */
  readonly repeat: boolean;
  /** Where this person answers: acknowledges the alarm, confirms the test. Null when the site has no address of its own. */
  readonly link: string | null;
}

export interface Recipient {
  readonly id: string;
  readonly name: string;
  readonly language: Language;
  readonly phone?: string;
  readonly email?: string;
  /** The log-in of the page, for ways that end there. */
  readonly user?: string;
}

export type Need = 'phone' | 'email' | 'user';

/** Why a try failed: a closed list, the label of the counter. */
export type DeliveryFailure =
  | 'timeout'
  | 'unreachable'
  | 'refused'
  | 'rate-limited'
  | 'rejected'
  | 'misconfigured'
  | 'undelivered';

export interface DeliveryErrorOptions {
  /** The provider said how long to wait before the next try (RFC 9110, clause 10.2.3). */
  readonly retryAfter?: Ms;
}

/** Thrown by a channel. `retry` tells the outbox whether trying again can help. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly failure: DeliveryFailure;
  readonly retry: boolean;
  readonly retryAfter: Ms | null;

  constructor(
    failure: DeliveryFailure,
    retry: boolean,
    message: string,
    { retryAfter }: DeliveryErrorOptions = {},
  ) {
    super(message);
    this.failure = failure;
    this.retry = retry;
    this.retryAfter = retryAfter ?? null;
  }
}

/** What the provider said when it took a message. */
export interface Sent {
  /** Kept as proof. */
  readonly answer: string;
  /** What to ask by, later, whether it reached the person; null where the provider does not tell. */
  readonly receipt: string | null;
}

/** Whether a message that was sent has reached its person. */
export interface Receipt {
  readonly state: 'pending' | 'delivered' | 'undelivered';
  /** The provider's words, kept as proof. */
  readonly answer: string;
}

/** An open way to people. */
export interface OpenChannel {
  /** Resolves when the provider took the message; throws a DeliveryError. */
  send(message: Message, to: Recipient, signal: AbortSignal): Promise<Sent>;
  /** What became of a message. Left out where nobody can tell. Throws a DeliveryError when it cannot be asked. */
  receipt?(token: string, to: Recipient, signal: AbortSignal): Promise<Receipt>;
  close(): Promise<void>;
}

/** What a provider takes: more is refused, or costs the account. */
export interface Pace {
  readonly messages: number;
  readonly within: Ms;
  /** Counted for each recipient, or for all of them together. */
  readonly per: 'recipient' | 'channel';
}

export interface ChannelDeps {
  readonly clock: Clock;
  /** A folder of the channel's own, which exists. */
  readonly dir: string;
}

/** A channel as a value: default export of `alerts/channels/<name>/channel.ts`. */
export interface Channel<Options extends TSchema = TSchema> {
  readonly kind: 'messenger';
  /** Equal to the folder's name. */
  readonly name: string;
  readonly title: Text;
  /** The `channels.<name>` part of the site file. Times are given as text ("10s"). */
  readonly options: Options;
  /** What a person needs to be reached here. */
  readonly needs: readonly Need[];
  /** The provider's published limits; the outbox keeps within them. */
  readonly pace: readonly Pace[];
  open(options: Static<Options>, deps: ChannelDeps): OpenChannel;
  /**
   * Whether the provider would let us in: meets it, logs in and sends nothing. Throws a DeliveryError. Left out where only
   * a message can tell.
   */
  knock?(options: Static<Options>): Promise<void>;
}

/** Keeps the link between a channel's schema and its options' type. */
export const defineChannel = <Options extends TSchema>(
  channel: Omit<Channel<Options>, 'kind'>,
): Channel<Options> => ({ ...channel, kind: 'messenger' });

/** What sound and light on the spot show: of all alarms together. */
export interface Scene {
  /** The worst alarm that nobody has taken; null when there is none. */
  readonly unacknowledged: Severity | null;
  /** The worst that lasts, taken or not. */
  readonly active: Severity | null;
}

/** Sound and light on the spot. It shows a state and takes no messages. */
export interface OpenIndicator {
  /** Called with every change of the scene, and each `refresh` besides. Throws a DeliveryError. */
  show(scene: Scene, signal: AbortSignal): Promise<void>;
  /** Everything on for that long, then the scene again. */
  test(length: Ms, signal: AbortSignal): Promise<void>;
  /** The sound off until a worse alarm comes, or until then; the light stays. */
  mute(until: EpochMs): void;
  close(): Promise<void>;
}

/** Sound and light as a value: also a folder of `alerts/channels`. */
export interface Indicator<Options extends TSchema = TSchema> {
  readonly kind: 'indicator';
  readonly name: string;
  readonly title: Text;
  readonly options: Options;
  /** How often the scene is shown anew, so that one that lost power shows it again. */
  readonly refresh: Ms;
  open(options: Static<Options>, deps: ChannelDeps): OpenIndicator;
}

export const defineIndicator = <Options extends TSchema>(
  indicator: Omit<Indicator<Options>, 'kind'>,
): Indicator<Options> => ({ ...indicator, kind: 'indicator' });

/** Whatever stands in a folder of `alerts/channels`. */
export type Way = Channel | Indicator;
