import { expect, test } from 'vitest';
import { alarmWords } from './alarm-words.ts';
import { NEWS, RESULTS, TOLD } from './telling-words.ts';
import { words } from './words.ts';

test('both languages say the same things', () => {
  expect(Object.keys(words.en).sort()).toEqual(Object.keys(words.zh).sort());
  expect(Object.keys(alarmWords.en).sort()).toEqual(Object.keys(alarmWords.zh).sort());
  for (const [key, text] of Object.entries({ ...words.en, ...words.zh })) expect(text, key).not.toBe('');
});

test('a Chinese word is Chinese, and an English one is not', () => {
  const isChinese = (text: string) => /\p{Script=Han}/u.test(text);
  const said = [...Object.values(NEWS), ...Object.values(TOLD), ...Object.values(RESULTS)];
  for (const { zh, en } of said) expect([isChinese(zh), isChinese(en)], en).toEqual([true, false]);
  for (const [key, text] of Object.entries(alarmWords.zh)) expect(isChinese(text), key).toBe(true);
  for (const [key, text] of Object.entries(alarmWords.en)) expect(isChinese(text), key).toBe(false);
});
