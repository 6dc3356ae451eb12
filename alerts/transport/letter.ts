import type { Message } from '#model/channel';
import type { Language, Text } from '#model/text';
import { byteLength, cutToBytes } from './cut.ts';

const ANSWER: Text = { zh: '处理：', en: 'Answer: ' };

/** What to do, and what must not be taken for something new, are the last lines of a body. */
const LAST_LINES = 3;

/**
 * The whole message as one text of at most so many bytes: subject, body, link. What is too long loses the middle of
 * its body: the subject says what is wrong and where, the body's end what to do, the link where to answer.
 */
export function letterOf(message: Message, language: Language, most: number): string {
  const subject = plain(message.subject[language]);
  const lines = message.body[language].split('\n').map(plain);
  const link = linkOf(message, language, most);
  const whole = [subject, ...lines, ...link].join('\n');
  if (byteLength(whole) <= most) return whole;
  const share = Math.floor(most / 4);
  const first = cutToBytes(subject, share);
  const end = lines.slice(-LAST_LINES).map((line) => cutToBytes(line, Math.floor(share / LAST_LINES)));
  const room = most - byteLength([first, '…', ...end, ...link].join('\n')) - 1;
  return [first, ...fitting(lines.slice(0, -LAST_LINES), room), '…', ...end, ...link].join('\n');
}

/** JSON makes six bytes of a control character, and nobody can read one. */
const plain = (line: string): string => line.replaceAll(/\p{Cc}/gu, ' ');

/** The link alone, once; a cut one would lead nowhere. */
function linkOf({ link, body }: Message, language: Language, most: number): readonly string[] {
  if (link === null || body[language].includes(link)) return [];
  const line = `${ANSWER[language]}${link}`;
  return byteLength(line) > most / 4 ? [] : [line];
}

/** As many lines as there is room for, each with its line break; the one that has none left is cut. */
function fitting(lines: readonly string[], room: number): readonly string[] {
  const kept: string[] = [];
  for (const line of lines) {
    const size = byteLength(line) + 1;
    if (size > room) return kept;
    kept.push(line);
    room -= size;
  }
  return kept;
}
