import { expect, test } from 'vitest';
import { topicMatch } from './topic-filter.ts';

// The examples of MQTT 3.1.1, clauses 4.7.1.2 and 4.7.1.3.
test.each([
  ['sport/tennis/player1/#', 'sport/tennis/player1', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
  ['sport/#', 'sport', true],
  ['#', 'a/b/c', true],
  ['sport/tennis/+', 'sport/tennis/player1', true],
  ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
  ['sport/+', 'sport', false],
  ['sport/+', 'sport/', true],
  ['+/+', '/finance', true],
  ['/+', '/finance', true],
  ['+', '/finance', false],
  ['a/b', 'a/b/c', false],
])('%s and %s: %s', (filter, topic, matches) => {
  expect(topicMatch(filter)(topic.split('/'))).toBe(matches);
});
