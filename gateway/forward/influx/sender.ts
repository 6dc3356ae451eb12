import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import type { InfluxTarget } from '#model/site';
import type { Clock } from '#model/time';
import type { Answer } from './answer.ts';
import { PRECISION } from './line.ts';

/** Below this many bytes gzip costs more than it saves. */
const GZIP_FROM = 1_000;

/** On the same machine the wire is free, and gzip would double the CPU of forwarding (measured: 1.2 → 2.5 µs a reading). */
const gzipFrom = (url: string): number =>
  /^(localhost|127\..*|\[::1\])$/.test(new URL(url).hostname) ? Number.POSITIVE_INFINITY : GZIP_FROM;

/**
 * Writes batches over the library's transport, one request each. The library's write buffer is not used: it drops
 * what it cannot send. Its time-out neither ends a request that drips nor frees the socket: the deadline is ours.
 */
export class InfluxSender {
  readonly #transport: InfluxDB['transport'];
  readonly #agent: HttpAgent;
  readonly #path: string;
  readonly #gzipThreshold: number;
  readonly #timeout: number;
  readonly #clock: Clock;
  /** Connections made so far, and which of them the last answer came over; 0 when its end was announced. */
  #connections = 0;
  #answeredOver = 0;

  constructor(target: InfluxTarget, clock: Clock) {
    const Agent = target.url.startsWith('https:') ? HttpsAgent : HttpAgent;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const connect = this.#agent.createConnection.bind(this.#agent);
    this.#agent.createConnection = (...how: Parameters<typeof connect>) => {
      this.#connections += 1;
      return connect(...how);
    };
    this.#path = pathOf(target);
    this.#gzipThreshold = gzipFrom(target.url);
    this.#timeout = target.timeout;
    this.#clock = clock;
    const client = new InfluxDB({
      url: target.url,
      headers: { authorization: authorizationOf(target) },
      transportOptions: { agent: this.#agent },
    });
    this.#transport = client.transport;
  }

  /** Resolves with what came, never rejects. An aborted or late request is destroyed together with its socket. */
  async send(lines: readonly string[], signal: AbortSignal): Promise<Answer> {
    // A controller of its own for each request: nothing of it may hang on the long-lived signal afterwards.
    const ending = new AbortController();
    const end = () => ending.abort();
    let late = false;
    const timer = this.#clock.after(this.#timeout, () => {
      late = true;
      end();
    });
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    try {
      const { status, ends } = await this.#request(lines.join('\n'), ending.signal);
      return { kind: 'status', status, retryAfter: null, body: '', reconnected: this.#reconnected(ends) };
    } catch (error) {
      if (error instanceof HttpError) {
        const ends = error.headers?.['connection'] === 'close';
        return { ...answerOf(error), reconnected: this.#reconnected(ends) };
      }
      const text = error instanceof Error ? error.message : String(error);
      return late
        ? { kind: 'failed', why: 'timeout', text: `no answer within ${this.#timeout} ms` }
        : { kind: 'failed', why: 'network', text };
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', end);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #reconnected(ends: boolean): boolean {
    const before = this.#answeredOver;
    this.#answeredOver = ends ? 0 : this.#connections;
    return before !== 0 && before !== this.#connections;
  }

  /** An answer below 300; rejects with the library's error for any other. */
  #request(body: string, signal: AbortSignal): Promise<Accepted> {
    const headers = { 'content-type': 'text/plain; charset=utf-8', accept: 'application/json' };
    const options = { method: 'POST', headers, gzipThreshold: this.#gzipThreshold, signal };
    return new Promise((resolve, reject) => {
      let answer: Accepted = { status: 0, ends: false };
      this.#transport.send(this.#path, body, options, {
        responseStarted: (headers, code) => {
          answer = { status: code ?? 0, ends: headers['connection'] === 'close' };
        },
        next: () => undefined,
        complete: () => resolve(answer),
        error: reject,
      });
    });
  }
}

interface Accepted {
  readonly status: number;
  /** The server ends the connection after it. */
  readonly ends: boolean;
}

function answerOf({ statusCode, body, headers }: HttpError): Extract<Answer, { kind: 'status' }> {
  const wish = headers?.['retry-after'];
  return {
    kind: 'status',
    status: statusCode,
    retryAfter: typeof wish === 'string' ? wish : null,
    body: body ?? '',
  };
}

/** Said in any case: a server that takes one precision for another answers 204 (influxdb#7213). */
function pathOf({ api }: InfluxTarget): string {
  return api.version === 'v2'
    ? `/api/v2/write?${new URLSearchParams({ org: api.org, bucket: api.bucket, precision: PRECISION })}`
    : `/write?${new URLSearchParams({ db: api.database, precision: PRECISION })}`;
}

/** In a header, never in the address: addresses are logged by servers and proxies. */
export function authorizationOf({ api }: InfluxTarget): string {
  if (api.version === 'v2') return `Token ${api.token}`;
  return `Basic ${Buffer.from(`${api.user}:${api.password}`).toString('base64')}`;
}
