import { DeliveryError, type DeliveryFailure } from '#model/channel';
import type { Ms } from '#model/time';
import { type Answer, proofOf } from './line.ts';

/** What an answer that refuses means for the next try. */
export interface Ruling {
  readonly failure: DeliveryFailure;
  readonly retry: boolean;
  readonly retryAfter?: Ms;
}

/** Somebody must mend it: a key, a template, a telephone number, an empty account. The next channel takes over. */
export const MISCONFIGURED: Ruling = { failure: 'misconfigured', retry: false };
/** They will never take this very message. */
export const REJECTED: Ruling = { failure: 'rejected', retry: false };
/** They could not take it just now. */
export const BUSY: Ruling = { failure: 'refused', retry: true };
/** We were too many or too fast for them. */
export const limited = (retryAfter?: Ms): Ruling => ({
  failure: 'rate-limited',
  retry: true,
  ...(retryAfter === undefined ? {} : { retryAfter }),
});

/** What the provider asks for stands above what its documents say. */
export function failureOf({ failure, retry, retryAfter }: Ruling, answer: Answer): DeliveryError {
  const wait = answer.retryAfter ?? retryAfter;
  return new DeliveryError(failure, retry, proofOf(answer), wait === undefined ? {} : { retryAfter: wait });
}

/** What a status means; undefined when the request was taken. RFC 9110, clause 15. */
export function rulingOfStatus(status: number): Ruling | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 429) return limited();
  if (status === 408 || status === 425 || status >= 500) return BUSY;
  const elsewhere = status < 400 || status === 401 || status === 403 || status === 404 || status === 405;
  return elsewhere ? MISCONFIGURED : REJECTED;
}

/** A provider's codes. A family stands for its members: `Throttling` for `Throttling.User`. */
export type Rulings = Readonly<Record<string, Ruling>>;

const listed = (rulings: Rulings, code: string): Ruling | undefined => {
  const family = code.split('.')[0] ?? code;
  return [code, family].filter((name) => Object.hasOwn(rulings, name)).map((name) => rulings[name])[0];
};

/**
 * Whether an answer whose code stands in its body refuses; undefined when the request was taken. Such providers send
 * 200 with a refusal and 400 with "too fast", so the code is asked before the status. A code that nobody listed is
 * tried again: a message given up for a word that we do not know would be lost.
 */
export function rulingOfCode(
  answer: Answer,
  code: unknown,
  ok: string,
  rulings: Rulings,
): Ruling | undefined {
  const ofStatus = rulingOfStatus(answer.status);
  if (typeof code !== 'string' && typeof code !== 'number') return ofStatus ?? BUSY;
  if (String(code) === ok) return ofStatus;
  return listed(rulings, String(code)) ?? (ofStatus?.retry ? ofStatus : BUSY);
}
