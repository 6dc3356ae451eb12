import { DAY, type EpochMs, type Ms, SECOND } from '#model/time';

/** Every form of an HTTP date begins with a weekday (RFC 9110, clause 5.6.7); `Date.parse` takes `-5` for one, too. */
const DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/**
 * How long the header `Retry-After` asks to wait: seconds or a date (RFC 9110, clause 10.2.3). Null when it says
 * nothing that can be read. Never longer than a day: a slip of theirs must not silence a channel of ours for good.
 */
export function parseRetryAfter(header: string | null, now: EpochMs): Ms | null {
  const text = header?.trim() ?? '';
  const date = DATE.test(text) ? Date.parse(text) : Number.NaN;
  const length = /^\d+$/.test(text) ? Number(text) * SECOND : date - now;
  return Number.isNaN(length) ? null : Math.min(Math.max(0, length), DAY);
}
