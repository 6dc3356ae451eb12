import type { DeliveryError, DeliveryFailure, Need, Recipient } from '#model/channel';
import type { Attempt, Delivery } from '#model/outbox';
import { type EpochMs, HOUR, MINUTE, type Ms, SECOND } from '#model/time';
import { backoff } from '../../../gateway/runtime/backoff.ts';

/*
 * Which channel is tried next, and what a failure means. Pure: time is an argument.
 *
 * A channel is tried for a person up to three times in a row, then it rests (longer each time) and the next in the
 * person's order takes over; when all rest, the first that has rested is tried again. So a dead channel costs a
 * message three short tries once, and later messages nothing. Nor does a message wait for long for a channel that its
 * provider's pace holds up, while another one is free. A channel that is set up wrongly (a wrong password, a
 * receiver that is not there) rests at once, but is tried again after its rest: somebody may mend it, and a receiver
 * that is being renewed answers 404 for a second. A message is given up when every channel has refused this very
 * message, or when it is over (`Patience`).
 */

/** How a channel has done for a person of late. */
export interface Standing {
  /** Failures in a row. */
  readonly failures: number;
  /** On the monotonic clock: setting the clock must not put anybody to rest. */
  readonly restsUntil: Ms;
  /** The provider takes no more before then (`Pace`). */
  readonly pacedUntil: Ms;
}

export const RESTED: Standing = { failures: 0, restsUntil: 0, pacedUntil: 0 };

/** What of a message decides whom it may still be sent to. */
export interface Waiting {
  readonly closed: Delivery['closed'];
  /** It has waited for so long that it is no news any more. */
  readonly isOver: boolean;
}

export type Choice =
  | { readonly kind: 'try'; readonly channel: string }
  | { readonly kind: 'wait'; readonly channel: string; readonly rest: Ms }
  | { readonly kind: 'give-up' };

const TRIES_IN_A_ROW = 3;
const FIRST_REST: Ms = 2 * SECOND;
const LONGEST_REST: Ms = 5 * MINUTE;
/** What a provider may ask for (Retry-After): beyond it is looked at again. */
const LONGEST_WISH: Ms = HOUR;
/** A message does not wait longer than this for a channel while another one is free. */
const WORTH_WAITING: Ms = 30 * SECOND;

/** `channels`: the person's, in order, those that can reach them. `now`: on the monotonic clock. */
export function choose(
  waiting: Waiting,
  channels: readonly string[],
  standing: (channel: string) => Standing,
  now: Ms,
): Choice {
  const usable = channels.filter((channel) => !waiting.closed.includes(channel));
  if (usable.length === 0 || waiting.isOver) return { kind: 'give-up' };
  let shortest = Number.POSITIVE_INFINITY;
  for (const channel of usable) {
    const { failures, restsUntil, pacedUntil } = standing(channel);
    const rest = Math.max(failures === 0 ? 0 : restsUntil, pacedUntil) - now;
    if (rest <= 0) return { kind: 'try', channel };
    if (failures < TRIES_IN_A_ROW && rest <= WORTH_WAITING) return { kind: 'wait', channel, rest };
    shortest = Math.min(shortest, rest);
  }
  return { kind: 'wait', channel: usable[0] ?? '', rest: shortest };
}

/** How long a channel rests after its nth failure in a row, the first being 1; longer when the provider asks for it. */
export function restAfter(failures: number, wish: Ms | null, random: () => number): Ms {
  const rest = backoff(failures - 1, { first: FIRST_REST, longest: LONGEST_REST, random });
  return Math.max(rest, Math.min(wish ?? 0, LONGEST_WISH));
}

/** The failures in a row after one more; undefined when the failure does not speak against the channel. */
export function failuresAfter(before: number, error: DeliveryError): number | undefined {
  if (error.failure === 'misconfigured') return Math.max(before + 1, TRIES_IN_A_ROW);
  return error.retry ? before + 1 : undefined;
}

/** The channel works and will never take this message. */
const isFinal = (error: DeliveryError): boolean => !error.retry && error.failure !== 'misconfigured';

export interface Failed {
  readonly delivery: Delivery;
  readonly channel: string;
  readonly channels: readonly string[];
  readonly error: DeliveryError;
  readonly at: EpochMs;
  readonly nextTry: EpochMs;
}

/** What is recorded of a try that failed. */
export function failedAttempt({ delivery, channel, channels, error, at, nextTry }: Failed): Attempt {
  const closed = isFinal(error) ? [...delivery.closed, channel] : delivery.closed;
  const over = channels.every((name) => closed.includes(name));
  return {
    channel,
    at,
    result: error.failure,
    answer: error.message,
    state: over ? 'given-up' : 'waiting',
    nextTry: over ? null : nextTry,
    closed,
    // Without an answer nobody knows whether it arrived.
    doubtful: delivery.doubtful || UNCLEAR.includes(error.failure),
  };
}

const UNCLEAR: readonly DeliveryFailure[] = ['timeout', 'unreachable', 'undelivered'];

/** Whether the channel's needs are met: an e-mail address for e-mail. */
export const reaches = (needs: readonly Need[], person: Recipient): boolean =>
  needs.every((need) => person[need] !== undefined);
