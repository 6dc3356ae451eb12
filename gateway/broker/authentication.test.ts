import { expect, test } from 'vitest';
import type { Site } from '#model/site';
import { accountsOf, logIn } from './authentication.ts';

const site = {
  clients: [{ user: 'hmi', password: 'h', role: 'reader' }],
  devices: [
    { id: 'box-1', link: { protocol: 'mqtt', user: 'the-box', password: '密码' } },
    { id: 'fridge', link: { protocol: 'modbus' } },
    { id: 'careless', link: { protocol: 'mqtt', user: 'careless', password: '' } },
  ],
} as unknown as Site;
const accounts = accountsOf(site, [{ user: 'inside', password: 'i', role: 'collector' }]);
const attempt = (user?: string, password?: string) =>
  logIn(accounts, user, password === undefined ? undefined : Buffer.from(password));

test('loggers, clients of the site and the gateway itself are known by user and password', () => {
  expect(attempt('the-box', '密码')).toEqual({ role: 'logger', user: 'the-box', device: 'box-1' });
  expect(attempt('hmi', 'h')).toEqual({ role: 'reader', user: 'hmi' });
  expect(attempt('inside', 'i')).toEqual({ role: 'collector', user: 'inside' });
});

test.each([
  ['nobody', undefined, undefined],
  ['no password', 'hmi', undefined],
  ['an empty password, even where the site has one', 'careless', ''],
  ['a wrong password', 'hmi', 'H'],
  ['a longer password', 'hmi', 'hh'],
  ['another one’s password', 'hmi', 'i'],
  ['an unknown user', 'box-1', '密码'],
  ['an unknown user without a password', 'x', ''],
  ['a device that does not log in', 'fridge', ''],
  ['a name of the language', '__proto__', 'h'],
])('%s is refused', (_what, user, password) => {
  expect(attempt(user, password)).toBeUndefined();
});
