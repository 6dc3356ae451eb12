import { expect, test } from 'vitest';
import { words } from './words.ts';

test('both languages say the same things', () => {
  expect(Object.keys(words.en).sort()).toEqual(Object.keys(words.zh).sort());
  for (const [key, text] of Object.entries({ ...words.en, ...words.zh })) expect(text, key).not.toBe('');
});
