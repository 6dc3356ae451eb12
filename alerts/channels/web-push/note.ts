import { createHash } from 'node:crypto';
import type { Message, Recipient } from '#model/channel';
import { DAY, parseDuration, SECOND } from '#model/time';

/** Push services take 4096 encrypted octets (RFC 8030, clause 7.2); a notification shows some lines. */
const MOST_CHARACTERS = 300;

export interface Note {
  /** What the service worker of the page shows. */
  readonly payload: string;
  /** RFC 8030, clause 5.3. */
  readonly urgency: 'high' | 'normal';
  /** A repeat takes the place of the one before, where that still waits (RFC 8030, clause 5.4). */
  readonly topic: string;
  readonly ttlSeconds: number;
}

/** What is pushed to each device of one person. */
export function render({ keep }: { readonly keep: string }, message: Message, to: Recipient): Note {
  const { key, event, severity, subject, body, alarms, repeat, link } = message;
  const [alarm, another] = alarms;
  const alarmPage =
    alarm !== undefined && another === undefined ? `#/alarm/${encodeURIComponent(alarm.id)}` : '#/alarms';
  // A test is answered by its link; an alarm on its page, where one sees what one takes.
  const page = event === 'test' && link ? link : alarmPage;
  const lines = [...body[to.language]].slice(0, MOST_CHARACTERS).join('');
  const payload = {
    key,
    severity,
    repeat,
    title: subject[to.language],
    body: lines,
    page,
    language: to.language,
  };
  return {
    payload: JSON.stringify(payload),
    urgency: severity === 'notice' || event === 'cleared' ? 'normal' : 'high',
    topic: createHash('sha256').update(`${key}/${to.id}`).digest('base64url').slice(0, 32),
    ttlSeconds: Math.round((parseDuration(keep) ?? DAY) / SECOND),
  };
}
