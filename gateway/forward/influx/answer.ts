import { type EpochMs, HOUR, type Ms, SECOND } from '#model/time';

/** What came of one write request. */
export type Answer =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly retryAfter: string | null;
      readonly body: string;
      /**
       * It came over another connection than the answer before, and nobody had announced the end of that: the server
       * may have been started anew in between.
       */
      readonly reconnected?: boolean;
    }
  | { readonly kind: 'failed'; readonly why: 'network' | 'timeout'; readonly text: string };

export type PauseReason = 'unauthorized' | 'forbidden' | 'not-found' | 'not-influx' | 'all-rejected';
export type RetryReason = 'network' | 'timeout' | 'rate-limited' | 'unavailable' | 'server-error';

/** What to do about it. */
export type Verdict =
  | { readonly kind: 'accepted' }
  /** Some line is wrong: find it. */
  | { readonly kind: 'split'; readonly text: string }
  | { readonly kind: 'halve'; readonly text: string }
  /** Nothing will get better by itself: keep everything and say what to mend. */
  | { readonly kind: 'pause'; readonly reason: PauseReason; readonly text: string }
  /** `after` is the server's wish, null when it has none. */
  | {
      readonly kind: 'retry';
      readonly reason: RetryReason;
      readonly after: Ms | null;
      readonly text: string;
    };

const PAUSES: Readonly<Record<number, readonly [PauseReason, string]>> = {
  401: ['unauthorized', 'InfluxDB does not accept the token or password; mend `influx` in the site file'],
  403: ['forbidden', 'the token or user may not write to the bucket or database; give it the right to write'],
  404: ['not-found', 'InfluxDB has no such bucket, database or organisation; create it or mend `influx`'],
};

/** Waiting longer than this for one server's wish helps nobody. */
const LONGEST_WISH: Ms = HOUR;

/** The policy of every answer (libraries lose data here: influxdb-client-js#425, #547). Only 204 means stored. */
export function judgeAnswer(answer: Answer, now: EpochMs): Verdict {
  if (answer.kind === 'failed') {
    return { kind: 'retry', reason: answer.why, after: null, text: answer.text };
  }
  const { status } = answer;
  const text = messageOf(answer.body);
  const pause = PAUSES[status];
  if (status === 204) return { kind: 'accepted' };
  if (status === 400 || status === 422) return { kind: 'split', text };
  if (status === 413) return { kind: 'halve', text };
  if (pause !== undefined) {
    const [reason, advice] = pause;
    return { kind: 'pause', reason, text: text === '' ? advice : `${advice} (${text})` };
  }
  if (status === 429 || status === 503) {
    const reason = status === 429 ? 'rate-limited' : 'unavailable';
    return { kind: 'retry', reason, after: waitOf(answer.retryAfter, now), text };
  }
  if (status >= 500 || status === 408 || status === 425) {
    return { kind: 'retry', reason: 'server-error', after: waitOf(answer.retryAfter, now), text };
  }
  const what = `the address answers ${status}, as no InfluxDB does; mend \`influx.url\` in the site file`;
  return { kind: 'pause', reason: 'not-influx', text: what };
}

/** Retry-After: seconds or an HTTP date (RFC 9110, 10.2.3). Null when it is neither. */
function waitOf(header: string | null, now: EpochMs): Ms | null {
  if (header === null || header.trim() === '') return null;
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * SECOND : Date.parse(header) - now;
  return Number.isNaN(wait) ? null : Math.min(LONGEST_WISH, Math.max(0, wait));
}

/** InfluxDB 1.x says `{"error":…}`, 2 says `{"code":…,"message":…}`, others plain text. */
function messageOf(body: string): string {
  try {
    const json = JSON.parse(body) as { error?: unknown; message?: unknown } | null;
    return String(json?.message ?? json?.error ?? body).slice(0, 500);
  } catch {
    return body.trim().slice(0, 500);
  }
}
