import { expect } from 'vitest';
import type { Text } from '#model/text';

/** Hyphens of English; any other joins the parts of a key or an id. */
const COMPOUND = /lower-case|full-width|e-mail|16-bit/g;

/** What must not be lost in translation: what stands in quotes, ids and keys of several parts, every number. */
const valuesOf = (english: string): readonly string[] => [
  ...[...english.matchAll(/"([^"]*)"/g)].map(([, value = '']) => value),
  ...(english.replaceAll(COMPOUND, '').match(/[a-z0-9]+([-_./][a-z0-9]+)+/g) ?? []),
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
  expect(zh).not.toMatch(/undefined|\[object|\$\{(?!VARIABLE)|^ | $| {2}/);
  expect(
    valuesOf(en).filter((value) => !zh.includes(value)),
    zh,
  ).toEqual([]);
}
