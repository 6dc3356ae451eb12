import { DAY, type EpochMs, type Ms, SECOND } from '#model/time';

/**
 * How long the header `Retry-After` asks to wait: seconds or a date (RFC 9110, clause 10.2.3). Null when it says
 * nothing that can be read. Never longer than a day: a slip of theirs must not silence a channel of ours for good.
 */
export function parseRetryAfter(header: string | null, now: EpochMs): Ms | null {
  const text = header?.trim() ?? '';
  const length = /^\d+$/.test(text) ? Number(text) * SECOND : Date.parse(text) - now;
  return Number.isNaN(length) ? null : Math.min(Math.max(0, length), DAY);
}
