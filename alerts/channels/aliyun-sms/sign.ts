import { createHash, createHmac } from 'node:crypto';

/** One call of an Alibaba Cloud API in its RPC style: all parameters in the address, no body. */
export interface Call {
  readonly host: string;
  readonly action: string;
  readonly version: string;
  /** RFC 3339 in UTC, whole seconds. */
  readonly date: string;
  /** Another for each request: the provider refuses one that it has seen. */
  readonly nonce: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface AccessKey {
  readonly id: string;
  readonly secret: string;
}

const ALGORITHM = 'ACS3-HMAC-SHA256';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Signature method V3: the headers of the call. `host` is part of the signature and set by whoever sends. */
export function signedHeaders(call: Call, { id, secret }: AccessKey): Readonly<Record<string, string>> {
  const headers: Readonly<Record<string, string>> = {
    host: call.host,
    'x-acs-action': call.action,
    'x-acs-content-sha256': sha256(''),
    'x-acs-date': call.date,
    'x-acs-signature-nonce': call.nonce,
    'x-acs-version': call.version,
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const request = ['POST', '/', queryOf(call.parameters), lines.join(''), names, sha256('')].join('\n');
  const signature = createHmac('sha256', secret)
    .update(`${ALGORITHM}\n${sha256(request)}`)
    .digest('hex');
  const { host, ...sent } = headers;
  return {
    ...sent,
    Authorization: `${ALGORITHM} Credential=${id},SignedHeaders=${names},Signature=${signature}`,
  };
}

/** Sorted, and encoded as RFC 3986 has it: the very form that is signed. */
export const queryOf = (parameters: Readonly<Record<string, string>>): string =>
  Object.entries(parameters)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&');

/** `encodeURIComponent` leaves `!'()*`, which RFC 3986, clause 2.2 reserves. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
