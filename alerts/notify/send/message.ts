import type { Message } from '#model/channel';
import type { Delivery } from '#model/outbox';
import { placeOf } from '#model/place';
import type { Site } from '#model/site';
import type { Language, Text } from '#model/text';
import { linesOfMany, subjectOfMany } from './words/many-alarms.ts';
import { linesOfOne, subjectOfOne } from './words/one-alarm.ts';
import { type Line, Speech } from './words/speech.ts';
import { linesOfTrial, subjectOfTrial } from './words/trial.ts';

export interface Writing {
  readonly site: Site;
  /** Where the person answers. */
  readonly link: string | null;
  /** It goes out long after there was something to say. */
  readonly isLate: boolean;
}

/** What one person is told, in both languages; times are those of the site's zone. */
export function messageOf(delivery: Delivery, writing: Writing): Message {
  const { alarms, event, key, doubtful, severity } = delivery;
  const zh = wordsOf(delivery, writing, 'zh');
  const en = wordsOf(delivery, writing, 'en');
  return {
    ...{ key, event, severity, alarms, repeat: doubtful, link: writing.link },
    subject: { zh: zh.subject, en: en.subject },
    body: { zh: zh.body, en: en.body },
  };
}

function wordsOf(delivery: Delivery, writing: Writing, language: Language) {
  const speech = new Speech(language, writing.site.timeZone);
  const { subject, lines } = contentOf(delivery, writing, speech);
  const late = writing.isLate ? speech.of(SENT_LATE) : '';
  return {
    subject: `${late}${subject}`,
    body: speech.lines([...lines, ...notes(delivery, writing, speech)]),
  };
}

interface Content {
  readonly subject: string;
  readonly lines: readonly Line[];
}

function contentOf(delivery: Delivery, { site, link }: Writing, speech: Speech): Content {
  const { event, alarms } = delivery;
  if (event === 'test')
    return { subject: subjectOfTrial(site, speech), lines: linesOfTrial(site, link !== null, speech) };
  if (event === 'digest')
    return { subject: subjectOfMany(alarms, site, speech), lines: linesOfMany(alarms, site, speech) };
  const [alarm] = alarms;
  if (alarm === undefined) throw new Error('a message without an alarm');
  const told = { alarm, place: placeOf(site, alarm.point), site, speech };
  return { subject: subjectOfOne(told, delivery), lines: linesOfOne(told, delivery) };
}

const SENT_LATE: Text = { zh: '[迟发]', en: '[Sent late] ' };

/** What must not be taken for news, or for something new. */
function notes({ at, doubtful }: Delivery, { isLate }: Writing, speech: Speech): Line[] {
  const note = speech.pick('注意', 'Mind');
  const late = speech.pick(
    `本消息迟发，应于 ${speech.time(at)} 发出`,
    `sent late; it was due at ${speech.time(at)}`,
  );
  const repeat = speech.pick('本消息可能已发送过', 'this message may have been sent before');
  return [...(isLate ? [[note, late] as const] : []), ...(doubtful ? [[note, repeat] as const] : [])];
}
