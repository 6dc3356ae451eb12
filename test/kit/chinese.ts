import { expect } from 'vitest';
import type { Text } from '#model/text';

/** What must not be lost in translation: what stands in quotes, and every number. */
const valuesOf = (english: string): readonly string[] => [
  ...[...english.matchAll(/"([^"]*)"/g)].map(([, value = '']) => value),
  ...(english.match(/\d+(\.\d+)?/g) ?? []),
];

/** Values are what they are, and what a parser or a system says comes in brackets behind Chinese. */
const withoutQuotes = (chinese: string): string =>
  chinese.replaceAll(/"[^"]*"|（.*）|hygate probe|\{ [^}]*\}|\[.*\]/g, '');

/** That a text has Chinese of its own: no English sentence left, and no value lost. */
export function expectChinese({ zh, en }: Text): void {
  expect(zh, en).toMatch(/\p{Script=Han}/u);
  expect(withoutQuotes(zh), en).not.toMatch(/[a-z]{2,},? [a-z]{2,}/);
  // What was forgotten in a template.
  expect(zh).not.toMatch(/undefined|\[object|\$\{(?!VARIABLE)/);
  expect(
    valuesOf(en).filter((value) => !zh.includes(value)),
    zh,
  ).toEqual([]);
}
