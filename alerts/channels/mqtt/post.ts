import type { Message, Recipient } from '#model/channel';
import { DAY, parseDuration, SECOND } from '#model/time';

/** One message as it goes to the broker. */
export interface Post {
  readonly topic: string;
  readonly payload: string;
  /** MQTT 5.0, clause 3.3.2.3.3. */
  readonly expirySeconds: number;
}

export interface Addressing {
  readonly topic: string;
  readonly expiry: string;
}

/** The same message to the same person is the same bytes under the same topic in every try, but for `repeat`. */
export function render({ topic, expiry }: Addressing, message: Message, to: Recipient): Post {
  const { key, event, severity, repeat, subject, body, alarms, link } = message;
  const whom = { id: to.id, name: to.name };
  return {
    // A function: an id is never read as a pattern of `replaceAll`.
    topic: topic.replaceAll('{person}', () => to.id).replaceAll('{severity}', () => severity),
    payload: JSON.stringify({ key, event, severity, repeat, to: whom, subject, body, alarms, link }),
    expirySeconds: Math.max(1, Math.round((parseDuration(expiry) ?? DAY) / SECOND)),
  };
}
