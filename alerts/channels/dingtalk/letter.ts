import { createHmac } from 'node:crypto';
import type { Message, Recipient } from '#model/channel';
import type { EpochMs } from '#model/time';
import { letterOf } from '../../transport/letter.ts';
import type { Request } from '../../transport/line.ts';
import { national } from '../../transport/phone.ts';

/** Of the whole request 20,000 bytes are taken; this leaves room for what JSON puts around the text. */
const MOST_BYTES = 8_000;

export interface Robot {
  readonly url: string;
  readonly secret?: string;
  readonly keyword?: string;
}

/** A text that calls its person by telephone number. Not signed yet: a signature holds for an hour only. */
export function render({ url, keyword }: Robot, message: Message, to: Recipient): Request {
  const letter = letterOf(message, to.language, MOST_BYTES);
  const content = keyword === undefined || letter.includes(keyword) ? letter : `${keyword} ${letter}`;
  const atMobiles = to.phone === undefined ? [] : [national(to.phone)];
  return {
    method: 'POST',
    url,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ msgtype: 'text', text: { content }, at: { atMobiles, isAtAll: false } }),
  };
}

/** The request with time and signature behind the token in its address; unchanged without a secret. */
export function signed({ secret }: Robot, request: Request, now: EpochMs): Request {
  if (secret === undefined) return request;
  const mark = request.url.includes('?') ? '&' : '?';
  const url = `${request.url}${mark}timestamp=${now}&sign=${encodeURIComponent(sign(secret, now))}`;
  return { ...request, url };
}

/** Base64 of HMAC-SHA-256 over `<ms>\n<secret>`, keyed with the secret. */
export const sign = (secret: string, now: EpochMs): string =>
  createHmac('sha256', secret).update(`${now}\n${secret}`).digest('base64');
