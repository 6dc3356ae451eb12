import { createHmac } from 'node:crypto';
import { DeliveryError, type Message, type Recipient } from '#model/channel';

export interface Request {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Target {
  readonly url: string;
  readonly secret?: string;
}

/** The request that tells one person. The same message to the same person has the same key in every try. */
export function render({ url, secret }: Target, message: Message, to: Recipient): Request {
  const { key, event, severity, repeat, subject, body: text, alarms, link } = message;
  const body = JSON.stringify({
    key,
    event,
    severity,
    repeat,
    to: { id: to.id, name: to.name },
    subject,
    body: text,
    alarms,
    link,
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

/** What a status means for the next try; undefined when the message was taken. RFC 9110, clause 15. */
export function refusal(status: number, answer: string): DeliveryError | undefined {
  const said = `HTTP ${status} ${answer}`.trim();
  if (status >= 200 && status < 300) return undefined;
  if (status === 429) return new DeliveryError('rate-limited', true, said);
  if (status === 408 || status === 425 || status >= 500) return new DeliveryError('refused', true, said);
  const elsewhere = status < 400 || status === 401 || status === 403 || status === 404 || status === 405;
  return new DeliveryError(elsewhere ? 'misconfigured' : 'rejected', false, said);
}
