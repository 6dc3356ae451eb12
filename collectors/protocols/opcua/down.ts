import type { Reason } from '#model/quality';
import type { Clock, Ms } from '#model/time';

/** Why a server cannot be read: a sentence for people, and what its points say meanwhile. */
export class Down extends Error {
  override readonly name = 'Down';
  readonly reason: Reason;

  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

const REFUSALS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/ECONNREFUSED/, 'the connection was refused; is the server running and the port right'],
  [/ENOTFOUND|EAI_AGAIN/, 'the host name is not known'],
  [
    /BadUserAccessDenied|BadIdentityToken(Rejected|Invalid)/,
    'the server does not accept the user; check user and password, or the certificate, in the site file',
  ],
  [
    /Cannot find an Endpoint|cannot find endpoint/,
    'the server offers no endpoint with this security mode and Basic256Sha256',
  ],
  [
    /BadTooManySessions/,
    'the server has no session free: other clients hold them; end one of them, or let the server have more',
  ],
  [
    /BadSecurityChecksFailed|BadCertificate(Untrusted|UriInvalid|TimeInvalid|Invalid)/,
    "the server does not accept the gateway's certificate; trust it on the server",
  ],
];

/** Turns whatever the library threw into a sentence and a reason. */
export function downOf(error: unknown): Down {
  if (error instanceof Down) return error;
  const text = error instanceof Error ? error.message : String(error);
  const refusal = REFUSALS.find(([pattern]) => pattern.test(text));
  const [line = ''] = text.split('\n');
  return refusal === undefined
    ? new Down('comm-timeout', `the server does not answer as it should: ${line.trim()}`, { cause: error })
    : new Down('comm-refused', refusal[1], { cause: error });
}

export interface Deadline {
  readonly clock: Clock;
  readonly limit: Ms;
  /** For people: what took too long. */
  readonly what: string;
  /** Ends the wait at once when the source is closed. */
  readonly signal?: AbortSignal;
}

/** Our own deadline over a call of the library, which has none for some states and long ones for others. */
export async function within<T>(work: Promise<T>, { clock, limit, what, signal }: Deadline): Promise<T> {
  const cut = Promise.withResolvers<never>();
  const end = (why: string) => () => cut.reject(new Down('comm-timeout', `${what} ${why}`));
  const abort = end('was given up');
  const timer = clock.after(limit, end(`took longer than ${limit} ms`));
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  try {
    return await Promise.race([work, cut.promise]);
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', abort);
  }
}
