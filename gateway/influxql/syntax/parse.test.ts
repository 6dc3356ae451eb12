import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selects, shows, type Vocabulary } from '../../../test/kit/influxql-questions.ts';
import { statementText } from '../../../test/kit/influxql-text.ts';
import { SyntaxTrouble } from '../query-error.ts';
import { parseQuery } from './parse.ts';

const words: Vocabulary = {
  measurements: ['temperature', 'a "quoted" name', '温度'],
  tags: { device: ["it's", 'back\\slash', 'two\nlines'], 'od d': ['x'] },
  numbers: { value: [-1.5, 0, 1e6], q: [2] },
  texts: { text: ['a'] },
  from: 0,
  to: 1_800_000_000_000,
  readings: true,
};

test('what is printed is read back as it was', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(selects(words), shows(words)), { minLength: 1, maxLength: 4 }),
      (statements) => {
        expect(parseQuery(statements.map(statementText).join('; '))).toEqual(statements);
      },
    ),
    { numRuns: 500 },
  );
});

test('any text is read, or refused with a sentence that names the character', () => {
  const piece = fc.constantFrom(
    ...[
      'SELECT ',
      'mean(',
      '"value"',
      ')',
      ' FROM ',
      '"m"',
      ' WHERE ',
      'time',
      ' >= ',
      'now()',
      ' - 1h',
      "'x'",
      ' AND ',
    ],
    ...[
      '(',
      ' OR ',
      '=~',
      '/a',
      '/',
      ' GROUP BY ',
      'time(1m)',
      ',',
      ' fill(',
      'null)',
      ';',
      'SHOW ',
      'TAG VALUES ',
      '\\',
      '1.5',
      '10s',
      '"',
      '*',
    ],
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(text, (query) => {
      try {
        parseQuery(query);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxTrouble);
        expect((error as Error).message).toMatch(/ at char \d+$/);
      }
    }),
    { numRuns: 3_000 },
  );
  // Two seconds of computing, which were 28 on a machine with ten times its load.
}, 120_000);

test.each([
  ['SELECT mean("value") INTO "x" FROM "temperature"', 'nothing is written by a query', 22],
  ['DROP MEASUREMENT "temperature"', 'SELECT or SHOW', 1],
  ['DELETE FROM "temperature"', 'SELECT or SHOW', 1],
  ['CREATE DATABASE x', 'SELECT or SHOW', 1],
  ['SELECT * FROM (SELECT "value" FROM "temperature")', 'a query within a query', 15],
  ['SELECT percentile("value", 95) FROM "temperature"', 'percentile() is not supported (count, sum', 8],
  ['SELECT mean("value") * 2 FROM "temperature"', 'expected FROM', 22],
  [
    'SELECT mean("value") FROM "temperature" GROUP BY time(1d) tz(\'Asia/Shanghai\')',
    'tz() is not supported',
    59,
  ],
  ['SELECT mean("value") FROM "temperature" GROUP BY time(1u)', 'whole milliseconds', 55],
  ['SELECT "value" FROM "temperature" WHERE time > 5 OR time < 3', 'OR between times', 53],
  ['SELECT "value" FROM "temperature" WHERE time =~ /5/', 'time cannot be compared by =~', 46],
  ['SELECT "value" FROM "temperature" WHERE time > \'yesterday\'', "'yesterday' is no time", 48],
  ['SELECT "value" FROM "temperature" WHERE "device" = \'fridge', 'is never closed', 52],
  ['SELECT "value" FROM "temperature" LIMIT -1', 'expected how many', 41],
  ['SHOW USERS', 'DATABASES, RETENTION POLICIES', 6],
])('%s is refused in words', (query, words, at) => {
  expect(() => parseQuery(query)).toThrow(words);
  expect(() => parseQuery(query)).toThrow(new RegExp(`at char ${at}$`));
});

test('brackets, comparisons, statements and length have a bound each', () => {
  const where = (condition: string) => `SELECT "value" FROM "m" WHERE ${condition}`;
  expect(() => parseQuery(where(`${'('.repeat(10_000)}"a"='b'`))).toThrow('more than is looked at');
  expect(() => parseQuery(where(Array(3_000).fill(`"a"='b'`).join(' OR ')))).toThrow(
    'more than is looked at',
  );
  expect(() => parseQuery('SHOW DATABASES;'.repeat(60))).toThrow('at most 50 statements');
  expect(() => parseQuery(' '.repeat(60_000))).toThrow('at most 50000 characters');
});

test('times are read in each of the ways in which clients write them', () => {
  const baseOf = (time: string) => {
    const [statement] = parseQuery(`SELECT "value" FROM "m" WHERE time >= ${time}`);
    const [limit] = statement?.kind === 'select' ? statement.where.time : [];
    return [limit?.base, limit?.shift];
  };
  expect(baseOf('1763780000123ms')).toEqual([1_763_780_000_123_000_000n, 0n]);
  expect(baseOf('1763780000123456789')).toEqual([1_763_780_000_123_456_789n, 0n]);
  expect(baseOf("'2026-11-22T08:00:00.5Z'")).toEqual([
    BigInt(Date.UTC(2026, 10, 22, 8)) * 1_000_000n + 500_000_000n,
    0n,
  ]);
  expect(baseOf("'2026-11-22 08:00:00'")).toEqual([BigInt(Date.UTC(2026, 10, 22, 8)) * 1_000_000n, 0n]);
  expect(baseOf("'2026-11-22'")).toEqual([BigInt(Date.UTC(2026, 10, 22)) * 1_000_000n, 0n]);
  expect(baseOf("'2026-11-22T08:00:00+08:00'")).toEqual([BigInt(Date.UTC(2026, 10, 22)) * 1_000_000n, 0n]);
  expect(baseOf('now() - 1h30m')).toEqual(['now', -5_400_000_000_000n]);
  expect(baseOf('now() - 1d + 2m')).toEqual(['now', -86_280_000_000_000n]);
});
