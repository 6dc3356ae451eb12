import { expect, test } from 'vitest';
import { hashPassword, oneTimePassword, passwordWeakness, verifyPassword } from './password.ts';

test('a password matches its own hash only, and two hashes of it differ', async () => {
  const [one, two] = await Promise.all([
    hashPassword('密码 correct horse'),
    hashPassword('密码 correct horse'),
  ]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(one).not.toBe(two);
  expect(await verifyPassword('密码 correct horse', one)).toBe(true);
  expect(await verifyPassword('密码 correct horsf', one)).toBe(false);
  expect(await verifyPassword('', one)).toBe(false);
});

// The cost is read from the hash, so that it can be raised later without locking anybody out.
test('a hash of another cost is verified by its own cost', async () => {
  const cheap = (await hashPassword('x')).replace('m=19456,t=2', 'm=8192,t=1');
  expect(await verifyPassword('x', cheap)).toBe(false);
});

test('what is no hash of ours is an error, never a match', async () => {
  await expect(verifyPassword('x', '')).rejects.toThrow('argon2id');
  await expect(verifyPassword('x', '$2b$10$abc')).rejects.toThrow('argon2id');
});

test('one-time passwords never repeat and hold no sign that looks like another', () => {
  const made = Array.from({ length: 500 }, oneTimePassword);
  expect(new Set(made).size).toBe(500);
  for (const password of made) expect(password).toMatch(/^(?:[2-9A-HJ-NP-Z]{4}-){4}[2-9A-HJ-NP-Z]{4}$/);
});

test.each([
  ['123456789', 'at least 10'],
  ['x'.repeat(300), 'at most'],
  ['the old password', 'differ'],
  ['Li-is-my-name', 'user name'],
  ['abababababab', 'four different'],
])('%j is refused: %s', (next, why) => {
  expect(passwordWeakness(next, { name: 'li', current: 'the old password' })).toContain(why);
});

test('a decent password is taken', () => {
  expect(passwordWeakness('correct horse battery', { name: 'wang', current: 'old' })).toBeUndefined();
});
