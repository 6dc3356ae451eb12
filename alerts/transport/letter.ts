import type { Message } from '#model/channel';
import type { Language, Text } from '#model/text';
import { byteLength, cutToBytes } from './cut.ts';

const ANSWER: Text = { zh: '处理：', en: 'Answer: ' };

/**
 * The whole message as one text of at most so many bytes: subject, body, link. What is too long loses the middle of
 * its body: the subject says what is wrong and where, the body's last line what to do, the link where to answer.
 */
export function letterOf(message: Message, language: Language, most: number): string {
  const lines = message.body[language].split('\n');
  const link = linkOf(message, language, most);
  const whole = [message.subject[language], ...lines, ...link].join('\n');
  if (byteLength(whole) <= most) return whole;
  const first = cutToBytes(message.subject[language], Math.floor(most / 4));
  const last = cutToBytes(lines.at(-1) ?? '', Math.floor(most / 4));
  const room = most - byteLength([first, '…', last, ...link].join('\n'));
  return [first, ...fitting(lines.slice(0, -1), room), '…', last, ...link].join('\n');
}

/** The link alone, once; a cut one would lead nowhere. */
function linkOf({ link, body }: Message, language: Language, most: number): readonly string[] {
  if (link === null || body[language].includes(link)) return [];
  const line = `${ANSWER[language]}${link}`;
  return byteLength(line) > most / 4 ? [] : [line];
}

/** As many lines as there is room for, each with its line break. */
function fitting(lines: readonly string[], room: number): readonly string[] {
  let used = 0;
  const end = lines.findIndex((line) => {
    used += byteLength(line) + 1;
    return used > room;
  });
  return end < 0 ? lines : lines.slice(0, end);
}
