import { DeliveryError, type DeliveryFailure } from '#model/channel';
import { SECOND } from '#model/time';

/** How one device's push service answered. `gone`: it signed off, or its browser is no more. */
export type Outcome =
  | { readonly kind: 'taken'; readonly answer: string }
  | { readonly kind: 'gone'; readonly answer: string }
  | { readonly kind: 'failed'; readonly error: DeliveryError };

/** Which failure speaks for a person all of whose devices failed: the one that is most worth another try. */
const BY_HOPE: readonly DeliveryFailure[] = [
  ...(['timeout', 'unreachable', 'refused', 'rate-limited', 'misconfigured', 'rejected'] as const),
];

/** What a refusal or an error of web-push means (RFC 8030, clauses 5 and 7; RFC 8292, clause 4.2 for 401 and 403). */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof DeliveryError) return { kind: 'failed', error };
  const { statusCode, body, headers, message, code } = (error ?? {}) as {
    statusCode?: number;
    body?: string;
    headers?: Readonly<Record<string, string>>;
    message?: string;
    code?: string;
  };
  if (statusCode === undefined)
    return failed(CERTIFICATE.test(code ?? '') ? 'misconfigured' : 'unreachable', message);
  const answer = `HTTP ${statusCode} ${body ?? ''}`.trim().slice(0, 200);
  if (statusCode === 404 || statusCode === 410) return { kind: 'gone', answer };
  if (statusCode === 429) return failed('rate-limited', answer, headers?.['retry-after']);
  if (statusCode >= 500) return failed('refused', answer, headers?.['retry-after']);
  return failed(statusCode === 401 || statusCode === 403 ? 'misconfigured' : 'rejected', answer);
}

const CERTIFICATE = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_)/;

function failed(failure: DeliveryFailure, message = 'no answer', retryAfter?: string): Outcome {
  const retry = failure !== 'misconfigured' && failure !== 'rejected';
  const seconds = Number(retryAfter);
  const rest = retryAfter !== undefined && Number.isFinite(seconds) ? { retryAfter: seconds * SECOND } : {};
  return { kind: 'failed', error: new DeliveryError(failure, retry, message, rest) };
}

/** The answer for the person: sent when at least one device's service took it. Throws a DeliveryError. */
export function conclude(outcomes: readonly Outcome[], name: string): string {
  const count = (kind: Outcome['kind']) => outcomes.filter((one) => one.kind === kind).length;
  const gone = count('gone') === 0 ? '' : `, ${count('gone')} gone and dropped`;
  const taken = outcomes.find((one) => one.kind === 'taken');
  if (taken !== undefined) return `${taken.answer}: ${count('taken')} of ${outcomes.length} devices${gone}`;
  const errors = outcomes.flatMap((one) => (one.kind === 'failed' ? [one.error] : []));
  const [first] = errors.sort((a, b) => BY_HOPE.indexOf(a.failure) - BY_HOPE.indexOf(b.failure));
  if (first !== undefined) throw first;
  throw new DeliveryError(
    'misconfigured',
    false,
    `${name} has no device any more that wants notifications${gone}`,
  );
}
