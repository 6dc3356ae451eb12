import { HygateError } from '#model/errors';
import { type EpochMs, type Ms, parseDuration } from '#model/time';

/** RFC 3339, 5.6: date, time and an offset; a time without an offset would be read differently in each place. */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
/** The last moment that a Date can hold: ECMA-262, 21.4.1.1. */
const LAST_MS = 8.64e15;

/** Reads RFC 3339 or epoch milliseconds. Throws `request-invalid`, naming the parameter. */
export function parseTime(text: string, parameter: string): EpochMs {
  const ms = /^\d+$/.test(text)
    ? Number(text)
    : RFC_3339.test(text)
      ? Date.parse(text.replace(' ', 'T'))
      : Number.NaN;
  if (Number.isFinite(ms) && ms <= LAST_MS) return ms;
  throw new HygateError(
    'request-invalid',
    `${parameter} is no time: give RFC 3339 with an offset, as 2026-03-01T08:00:00+08:00, or milliseconds since 1970.`,
  );
}

/** Reads `5m` or milliseconds, above 0. Throws `request-invalid`. */
export function parseEvery(text: string): Ms {
  const ms = /^\d+$/.test(text) ? Number(text) : parseDuration(text);
  if (ms !== undefined && Number.isSafeInteger(ms) && ms > 0) return ms;
  throw new HygateError(
    'request-invalid',
    'every is no length of time: give milliseconds, or text as 30s, 5m, 1h, 1d.',
  );
}

export interface SpanQuery {
  readonly from?: string;
  readonly to?: string;
}

/** The span of a query, `from` inclusive, `to` exclusive: up to now when `to` is left out, `length` long without `from`. */
export function parseSpan({ from, to }: SpanQuery, now: EpochMs, length: Ms): { from: EpochMs; to: EpochMs } {
  const end = to === undefined ? now + 1 : parseTime(to, 'to');
  const start = from === undefined ? Math.max(0, end - length) : parseTime(from, 'from');
  if (start < end) return { from: start, to: end };
  throw new HygateError('request-invalid', 'from must be earlier than to.');
}
