import { beforeEach, expect, test } from 'vitest';
import { DeliveryError } from '#model/channel';
import { MINUTE } from '#model/time';
import { ChannelHealth } from './channel-health.ts';

const away = new DeliveryError('unreachable', true, 'no route');
const wrong = new DeliveryError('misconfigured', false, 'wrong key');
const notThisOne = new DeliveryError('rejected', false, 'no such number');

let said: string[];
let health: ChannelHealth;
beforeEach(() => {
  said = [];
  health = new ChannelHealth((channel, silent) => said.push(`${channel} ${silent ? 'silent' : 'works'}`));
});

test('a channel that fails for ten minutes is silent, once, and works again with its first message', () => {
  for (const minute of [0, 1, 5, 9]) health.failed('sms', away, minute * MINUTE);
  expect(said).toEqual([]);
  for (const minute of [10, 15, 20]) health.failed('sms', away, minute * MINUTE);
  expect(said).toEqual(['sms silent']);
  health.worked('sms');
  health.worked('sms');
  expect(said).toEqual(['sms silent', 'sms works']);
});

test('two failures are not enough, however far apart', () => {
  health.failed('sms', away, 0);
  health.failed('sms', away, 60 * MINUTE);
  expect(said).toEqual([]);
});

test('a success in between begins anew', () => {
  for (const minute of [0, 5]) health.failed('sms', away, minute * MINUTE);
  health.worked('sms');
  for (const minute of [9, 12, 15]) health.failed('sms', away, minute * MINUTE);
  expect(said).toEqual(['sms works']);
});

test('what is set up wrongly is silent after three tries', () => {
  for (const at of [0, 2, 4]) health.failed('sms', wrong, at);
  expect(said).toEqual(['sms silent']);
});

test('a message that the channel will not take does not speak against the channel', () => {
  for (const minute of [0, 10, 20, 30]) health.failed('sms', notThisOne, minute * MINUTE);
  expect(said).toEqual([]);
});

test('one that cannot be opened is silent at once', () => {
  health.broken('sms');
  expect(said).toEqual(['sms silent']);
});
