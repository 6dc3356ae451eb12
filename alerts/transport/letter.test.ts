import fc from 'fast-check';
import { expect, test } from 'vitest';
import { message } from '../../test/kit/channel-message.ts';
import { byteLength, cutToBytes, cutToCharacters } from './cut.ts';
import { letterOf } from './letter.ts';

const LINK = 'https://hygate.hospital.example/a/0mk0hqs9s-1?k=abcdef';
const lines = (count: number, line = '位置：第二人民医院 / 预防接种门诊 / 一号冰箱'): string[] =>
  Array.from({ length: count }, (_, n) => `${n} ${line}`);
const letter = (body: readonly string[], most: number) => {
  const text = body.join('\n');
  return letterOf(message({ link: LINK, body: { zh: text, en: text } }), 'zh', most);
};

test('what fits is sent as it is, the link last', () => {
  expect(letter(['数值：9.2 °C', '处置：关好门'], 2048)).toBe(
    `[严重] 一号冰箱 温度 偏高\n数值：9.2 °C\n处置：关好门\n处理：${LINK}`,
  );
});

test('what is too long keeps its subject, its beginning, what to do and the link', () => {
  const text = letter([...lines(100), '处置：关好门'], 2048);
  expect(byteLength(text)).toBeLessThanOrEqual(2048);
  expect(byteLength(text)).toBeGreaterThan(1900);
  expect(text).toMatch(/^\[严重\] 一号冰箱 温度 偏高\n0 位置/);
  expect(text.endsWith(`\n处置：关好门\n处理：${LINK}`)).toBe(true);
  expect(text).toContain('\n…\n');
});

test('a link that stands in the body is not said twice', () => {
  expect(letter([LINK], 2048).split(LINK)).toHaveLength(2);
});

test('whatever is written, it is never longer than allowed and no character is cut in two', () => {
  const words = fc.array(fc.string({ unit: 'binary', maxLength: 400 }), { maxLength: 40 });
  fc.assert(
    fc.property(words, words, fc.integer({ min: 256, max: 4096 }), (subject, body, most) => {
      const [head, text] = [subject.join(' '), body.join('\n')];
      const long = message({ link: LINK, subject: { zh: head, en: '' }, body: { zh: text, en: '' } });
      const sent = letterOf(long, 'zh', most);
      expect(byteLength(sent)).toBeLessThanOrEqual(most);
      expect(sent.isWellFormed()).toBe(true);
      expect(sent).toContain(LINK);
    }),
    { numRuns: 50 },
  );
});

test('a text is cut between characters and says that it was', () => {
  expect(cutToBytes('一号冰箱', 12)).toBe('一号冰箱');
  expect(cutToBytes('一号冰箱门', 12)).toBe('一号冰…');
  expect(cutToBytes('a😀b', 5)).toBe('a…');
  expect(cutToBytes('冰箱', 2)).toBe('');
  expect(cutToCharacters('一号😀冰箱', 4)).toBe('一号😀…');
});
