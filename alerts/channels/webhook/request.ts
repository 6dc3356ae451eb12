import { createHmac } from 'node:crypto';
import type { Message, Recipient } from '#model/channel';
import type { Request } from '../../transport/line.ts';

export interface Target {
  readonly url: string;
  readonly secret?: string;
}

/** The request that tells one person. The same message to the same person has the same key in every try. */
export function render({ url, secret }: Target, message: Message, to: Recipient): Request {
  const { key, event, severity, repeat, subject, body: text, alarms, link } = message;
  const body = JSON.stringify({
    ...{ key, event, severity, repeat, to: { id: to.id, name: to.name } },
    ...{ subject, body: text, alarms, link },
  });
  return {
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'User-Agent': 'hygate',
      'Idempotency-Key': `${key}/${to.id}`,
      ...(secret === undefined ? {} : { 'X-Hygate-Signature': `sha256=${sign(secret, body)}` }),
    },
    body,
  };
}

const sign = (secret: string, body: string): string =>
  createHmac('sha256', secret).update(body).digest('hex');
