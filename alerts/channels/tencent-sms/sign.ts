import { createHash, createHmac } from 'node:crypto';
import { type EpochMs, SECOND } from '#model/time';

/** One call of a Tencent Cloud API 3.0: a POST with a JSON body. */
export interface Call {
  readonly host: string;
  /** `sms`. */
  readonly service: string;
  readonly body: string;
  readonly now: EpochMs;
}

export interface SecretKey {
  readonly id: string;
  readonly key: string;
}

export const CONTENT_TYPE = 'application/json; charset=utf-8';

const ALGORITHM = 'TC3-HMAC-SHA256';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The header `Authorization`, signature method v3; `content-type` and `host` are signed, as in their example. */
export function authorization({ host, service, body, now }: Call, { id, key }: SecretKey): string {
  const headers = `content-type:${CONTENT_TYPE}\nhost:${host}\n`;
  const names = 'content-type;host';
  const request = ['POST', '/', '', headers, names, sha256(body)].join('\n');
  const date = new Date(now).toISOString().slice(0, 10);
  const scope = `${date}/${service}/tc3_request`;
  const text = [ALGORITHM, Math.floor(now / SECOND), scope, sha256(request)].join('\n');
  const signingKey = hmac(hmac(hmac(`TC3${key}`, date), service), 'tc3_request');
  const signature = hmac(signingKey, text).toString('hex');
  return `${ALGORITHM} Credential=${id}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
}
