import fc from 'fast-check';
import { expect, test } from 'vitest';
import { column, IS_VALUE, PLACE, WHOLE_SPAN } from './filters.ts';
import { influxql } from './influxql.ts';
import type { Question } from './question.ts';

const question: Question = {
  ...WHOLE_SPAN,
  measurement: 'temperature',
  columns: [column('max', 'value')],
  tags: PLACE,
};

test('a question of buckets names its series, the width of a bucket and what an empty one is', () => {
  const text = influxql({
    ...question,
    where: [IS_VALUE],
    ...{ by: ['device', 'point'], every: '$__interval', fill: 'null' },
  });
  expect(text).toBe(
    'SELECT max("value") AS "value" FROM "temperature" WHERE "site" =~ /^$site$/ AND "area" =~ /^$area$/ ' +
      'AND "device" =~ /^$device$/ AND "q" < 2 AND $timeFilter GROUP BY time($__interval), "device", "point" fill(null)',
  );
});

test('a question of all times has no bound of time, and without buckets nothing is filled', () => {
  expect(influxql({ ...question, tags: [], over: 'ever', by: ['device'] })).toBe(
    'SELECT max("value") AS "value" FROM "temperature" GROUP BY "device"',
  );
});

test('the newest rows come newest first', () => {
  const columns = [column('raw', 'text_en', 'text'), column('raw', 'by')];
  expect(influxql({ ...question, measurement: 'alarm', columns, tags: [], limit: 200 })).toBe(
    'SELECT "text_en" AS "text", "by" AS "by" FROM "alarm" WHERE $timeFilter ORDER BY time DESC LIMIT 200',
  );
});

test('a list of texts matches these texts and no other, whatever is in them', () => {
  const texts = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(texts, fc.string(), (listed, other) => {
      const text = influxql({ ...question, tags: [{ tag: 'device', in: listed }] });
      const pattern = /=~ \/(.*)\/ AND \$timeFilter$/s.exec(text)?.[1] ?? '';
      // A slash that ends the pattern too early would leave the rest of it as rubbish in the sentence.
      expect(pattern.replaceAll(/\\./gs, '')).not.toContain('/');
      const matches = new RegExp(pattern);
      expect([...listed, other].filter((one) => matches.test(one))).toEqual(
        [...listed, other].filter((one) => listed.includes(one)),
      );
    }),
  );
});

test('a single text cannot end its quotes', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const text = influxql({ ...question, tags: [{ tag: 'device', in: [value] }] });
      const quoted = /"device" = '((?:[^'\\]|\\.)*)' AND \$timeFilter$/s.exec(text)?.[1];
      expect(quoted?.replaceAll(/\\(.)/gs, '$1')).toBe(value);
    }),
  );
});
