import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isGenuine, readToken, sealToken } from './token.ts';

const secret = Buffer.alloc(32, 7);
const bound = { id: 4711, key: 'a-1.2.raised', person: 'li', expires: Date.UTC(2026, 0, 6) };

test('a token says its message and its end, and is genuine for them', () => {
  const token = sealToken(secret, bound);
  expect(readToken(token)).toEqual({ id: bound.id, expires: bound.expires });
  expect(isGenuine(secret, token, bound)).toBe(true);
});

test('it is short enough for a text message, and ends in a letter or digit', () => {
  const token = sealToken(secret, bound);
  expect(token.length).toBeLessThan(40);
  expect(token).toMatch(/^[\w-]+[0-9a-z]$/);
});

test.each([
  ['another person', { person: 'wang' }],
  ['another message', { key: 'a-2.2.raised' }],
  ['another number', { id: 4712 }],
  ['a later end', { expires: bound.expires + 86_400_000 }],
])('it is not genuine for %s', (_, other) => {
  expect(isGenuine(secret, sealToken(secret, bound), { ...bound, ...other })).toBe(false);
});

test('it is not genuine under another secret', () => {
  expect(isGenuine(Buffer.alloc(32, 8), sealToken(secret, bound), bound)).toBe(false);
});

test('a token of which any letter was changed opens nothing that it did not open before', () => {
  const token = sealToken(secret, bound);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...'abcxyz0189ABCXYZ_-'), (at, letter) => {
      const forged = token.slice(0, at) + letter + token.slice(at + 1);
      const claim = readToken(forged);
      // The last of the 22 letters carries bits that stand for nothing: another letter there may be the same proof.
      if (forged === token || claim === undefined || at === 21) return;
      expect(isGenuine(secret, forged, { ...bound, ...claim })).toBe(false);
    }),
  );
});

test('what is no token is none', () => {
  fc.assert(fc.property(fc.string(), (text) => void readToken(text)));
  for (const text of ['', 'x', '../../etc/passwd', `${'a'.repeat(22)}0000000`, 'A'.repeat(60)])
    expect(readToken(text)).toBeUndefined();
});
