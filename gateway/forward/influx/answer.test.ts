import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR } from '#model/time';
import { type Answer, judgeAnswer } from './answer.ts';

const NOW = Date.parse('2026-11-22T06:00:00Z');
const status = (code: number, more: Partial<Answer> = {}): Answer =>
  ({ kind: 'status', status: code, retryAfter: null, body: '', ...more }) as Answer;

test.each([
  [204, { kind: 'accepted' }],
  [400, { kind: 'split' }],
  [422, { kind: 'split' }],
  [413, { kind: 'halve' }],
  [401, { kind: 'pause', reason: 'unauthorized' }],
  [403, { kind: 'pause', reason: 'forbidden' }],
  [404, { kind: 'pause', reason: 'not-found' }],
  [200, { kind: 'pause', reason: 'not-influx' }],
  [302, { kind: 'pause', reason: 'not-influx' }],
  [405, { kind: 'pause', reason: 'not-influx' }],
  [408, { kind: 'retry', reason: 'server-error' }],
  [429, { kind: 'retry', reason: 'rate-limited', after: null }],
  [500, { kind: 'retry', reason: 'server-error' }],
  [503, { kind: 'retry', reason: 'unavailable' }],
  [504, { kind: 'retry', reason: 'server-error' }],
])('%d', (code, verdict) => {
  expect(judgeAnswer(status(code), NOW)).toMatchObject(verdict);
});

test.each([
  ['7', 7000],
  ['Sun, 22 Nov 2026 06:00:30 GMT', 30_000],
  ['Sun, 22 Nov 2026 05:00:00 GMT', 0],
  ['999999', HOUR],
  ['soon', null],
  ['', null],
])('Retry-After %j means %s ms', (retryAfter, after) => {
  expect(judgeAnswer(status(429, { retryAfter }), NOW)).toMatchObject({ after });
});

test('what the server said is told in all its forms', () => {
  const said = (body: string) => judgeAnswer(status(400, { body }), NOW);
  expect(said('{"error":"partial write"}')).toMatchObject({ text: 'partial write' });
  expect(said('{"code":"invalid","message":"unable to parse"}')).toMatchObject({ text: 'unable to parse' });
  expect(said('cannot parse\n')).toMatchObject({ text: 'cannot parse' });
});

test('only 204 ever means that something was stored', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999 }), fc.string(), (code, body) => {
      expect(judgeAnswer(status(code, { body }), NOW).kind === 'accepted').toBe(code === 204);
    }),
  );
});
