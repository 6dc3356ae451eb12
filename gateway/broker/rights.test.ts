import fc from 'fast-check';
import { expect, test } from 'vitest';
import { topicsOf } from '#model/topic';
import type { Account } from './authentication.ts';
import { maySubscribe, publishRight } from './rights.ts';
import { topicMatch } from './topic-filter.ts';

const topics = topicsOf('ward');
const box: Account = { role: 'logger', user: 'b', device: 'box-1' };
const collector: Account = { role: 'collector', user: 'c' };
const reader: Account = { role: 'reader', user: 'r' };

test.each([
  [box, 'hygate/ward/in/box-1', { device: 'box-1' }],
  [box, 'hygate/ward/in/box-2', { refused: 'not-yours' }],
  [box, 'hygate/other/in/box-1', { refused: 'bad-topic' }],
  [box, 'hygate/ward/in/box-1/temp', { refused: 'bad-topic' }],
  [box, 'hygate/ward/in/', { refused: 'bad-topic' }],
  [box, 'hygate/ward/now/box-1/temp', { refused: 'bad-topic' }],
  [box, '$SYS/x', { refused: 'bad-topic' }],
  [collector, 'hygate/ward/in/box-1', { device: 'box-1' }],
  [collector, 'hygate/ward/in/anything', { device: 'anything' }],
  [collector, 'hygate/ward/status', { refused: 'bad-topic' }],
  [collector, 'hygate/ward/alarm/1', { refused: 'bad-topic' }],
  [reader, 'hygate/ward/in/box-1', { refused: 'not-yours' }],
  [reader, 'hygate/ward/status', { refused: 'bad-topic' }],
])('%o publishing to %s → %o', (account, topic, right) => {
  expect(publishRight(account, topic, topics)).toEqual(right);
});

test.each([
  [reader, 'hygate/ward/now/#', true],
  [reader, 'hygate/ward/now/+/temp', true],
  [reader, 'hygate/ward/alarm/+', true],
  [reader, 'hygate/ward/status', true],
  [reader, 'hygate/ward/signed-root', true],
  [reader, 'hygate/ward/signed-root/#', false],
  [box, 'hygate/ward/signed-root', false],
  [reader, 'hygate/ward/in/box-1', false],
  [reader, 'hygate/ward/#', false],
  [reader, 'hygate/ward/+/box-1', false],
  [reader, 'hygate/+/now/#', false],
  [reader, '#', false],
  [reader, '+/+/now/#', false],
  [reader, '$SYS/#', false],
  [reader, 'hygate/other/now/#', false],
  [reader, 'hygate/ward/nowhere', false],
  [box, 'hygate/ward/status', true],
  [box, 'hygate/ward/now/box-1/#', false],
  [collector, 'hygate/ward/status', true],
  [collector, 'hygate/ward/alarm/#', false],
])('%o subscribing to %s → %s', (account, filter, allowed) => {
  expect(maySubscribe(account, filter, topics)).toBe(allowed);
});

test('whatever the filter, a reader that may have it is never sent what came in', () => {
  const level = fc.constantFrom('hygate', 'ward', 'in', 'now', 'alarm', 'status', 'box-1', '+', '#', '');
  const filters = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'));
  const incoming = 'hygate/ward/in/box-1'.split('/');
  fc.assert(
    fc.property(filters, (filter) => !maySubscribe(reader, filter, topics) || !topicMatch(filter)(incoming)),
  );
});
