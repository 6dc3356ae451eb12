import { createHmac } from 'node:crypto';
import type { Message, Recipient } from '#model/channel';
import { type EpochMs, SECOND } from '#model/time';
import { letterOf } from '../../transport/letter.ts';
import type { Request } from '../../transport/line.ts';

/** Of the whole request 20 kB are taken; this leaves room for what JSON puts around the text. */
const MOST_BYTES = 8_000;

export interface Robot {
  readonly url: string;
  readonly secret?: string;
  readonly keyword?: string;
}

/** A text for the group, with its person's name: a robot can call members by their Feishu id only. */
export function render(robot: Robot, message: Message, to: Recipient, now: EpochMs = 0): Request {
  const { url, keyword, secret } = robot;
  const letter = `@${to.name} ${letterOf(message, to.language, MOST_BYTES)}`;
  const text = keyword === undefined || letter.includes(keyword) ? letter : `${keyword} ${letter}`;
  return {
    method: 'POST',
    url,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ ...signature(secret, now), msg_type: 'text', content: { text } }),
  };
}

function signature(secret: string | undefined, now: EpochMs): object {
  if (secret === undefined) return {};
  const timestamp = String(Math.floor(now / SECOND));
  return { timestamp, sign: sign(secret, timestamp) };
}

/** Base64 of HMAC-SHA-256 over nothing: time and secret together are the key, unlike DingTalk's. */
export const sign = (secret: string, timestamp: string): string =>
  createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64');
