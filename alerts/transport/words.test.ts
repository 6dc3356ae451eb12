import { expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import { li, message } from '../../test/kit/channel-message.ts';
import { fill, wordsOf } from './words.ts';

const advised = { rule: { advice: { zh: '关好门', en: 'Close the door' } } } as Alarm;

test('a subject that is too long goes on in a second value, and is cut there', () => {
  const long = message({ subject: { zh: '一二三四五六七八九十甲乙', en: '' } });
  expect(wordsOf(long, li, 5)).toMatchObject({ subject: '一二三四五', more: '六七八九…' });
  expect(wordsOf(message({ subject: { zh: '一二', en: '' } }), li, 5)).toMatchObject({
    ...{ subject: '一二', more: '-' },
  });
});

test('what to do is said of one alarm that lasts, and of nothing else', () => {
  const advice = (over: object) => wordsOf(message({ alarms: [advised], ...over }), li, 35).advice;
  expect(advice({})).toBe('关好门');
  expect(advice({ event: 'cleared' })).toBe('-');
  expect(advice({ alarms: [advised, advised] })).toBe('-');
  expect(advice({ event: 'test', alarms: [] })).toBe('-');
});

test('a link is whole or not there', () => {
  const link = 'https://hygate.hospital.example/a/1';
  expect(wordsOf(message({ link }), li, 35).link).toBe(link);
  expect(wordsOf(message({ link: `${link}2` }), li, 35).link).toBe('-');
});

test('a text that holds a placeholder or a dollar sign is not filled in again', () => {
  expect(fill('{a} {b}', { a: '{b} $& $1', b: 'x' })).toBe('{b} $& $1 x');
  expect(fill('{constructor} {toString}', {})).toBe('{constructor} {toString}');
});
