import { DeliveryError } from '#model/channel';
import type { Clock, Ms } from '#model/time';
import { redactor } from './redact.ts';
import { parseRetryAfter } from './retry-after.ts';

/** A provider's answer is a few hundred bytes; of one that is endless no more than this is read. */
const MOST_BYTES = 16 * 1024;
/** Of an answer, what is kept as proof. */
const PROOF_CHARACTERS = 500;

export interface Request {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface Answer {
  readonly status: number;
  /** Its beginning, without our secrets. */
  readonly text: string;
  /** How long the provider asks to wait. */
  readonly retryAfter: Ms | null;
}

/**
 * One request and its answer, whatever the status is. Throws a DeliveryError: `timeout`, `unreachable`, or
 * `misconfigured` where the address or the other side's certificate is wrong.
 */
export type Line = (request: Request, signal: AbortSignal) => Promise<Answer>;

export interface LineOptions {
  readonly clock: Clock;
  /** Of one request, its answer included. */
  readonly timeout: Ms;
  /** Never to be seen in an answer or an error. */
  readonly secrets: readonly string[];
}

export function openLine({ clock, timeout, secrets }: LineOptions): Line {
  const redact = redactor(secrets);
  return async (request, signal) => {
    const late = new AbortController();
    const timer = clock.after(timeout, () => late.abort());
    try {
      const { status, headers, text } = await ask(request, AbortSignal.any([signal, late.signal]));
      const retryAfter = parseRetryAfter(headers.get('retry-after'), clock.wall());
      return { status, text: redact(text), retryAfter };
    } catch (error) {
      if (late.signal.aborted) throw new DeliveryError('timeout', true, `no answer within ${timeout} ms`);
      throw failureOf(error, redact);
    } finally {
      timer.cancel();
    }
  };
}

async function ask({ url, method, headers, body }: Request, signal: AbortSignal) {
  // A redirect would carry the alarm, and a key, to an address that nobody configured.
  const response = await fetch(url, { method, headers, body, signal, redirect: 'manual' });
  return { status: response.status, headers: response.headers, text: await beginning(response) };
}

async function beginning(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    bytes += chunk.length;
    if (bytes >= MOST_BYTES) break;
  }
  return text.slice(0, MOST_BYTES);
}

/** OpenSSL's and Node's words for a certificate that is not to be trusted, or for no TLS at all. */
const TLS = /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/;

/** `fetch failed` says nothing; the reason stands in its cause. Without a cause the request itself is wrong. */
function failureOf(error: unknown, redact: (text: string) => string): DeliveryError {
  if (!(error instanceof Error)) return new DeliveryError('unreachable', true, redact(String(error)));
  const { message, cause } = error;
  const words = redact(cause instanceof Error ? `${message}: ${cause.message}` : message);
  if (TLS.test(codeOf(cause))) {
    return new DeliveryError('misconfigured', false, `no trust in the server's certificate: ${words}`);
  }
  const wrong = error instanceof TypeError && isWrongRequest(cause);
  return new DeliveryError(wrong ? 'misconfigured' : 'unreachable', !wrong, words);
}

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : '';

/** An address that is none, one with a password, or a port that fetch leaves to other protocols. */
const isWrongRequest = (cause: unknown): boolean =>
  !(cause instanceof Error) || codeOf(cause) === 'ERR_INVALID_URL' || cause.message === 'bad port';

/** The answer in one line, to be kept as proof. */
export const proofOf = ({ status, text }: Answer): string =>
  `HTTP ${status} ${text.slice(0, PROOF_CHARACTERS)}`.trim();
