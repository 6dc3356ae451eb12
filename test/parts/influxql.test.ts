import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Select } from '../../gateway/influxql/syntax/statement.ts';
import { comparable } from '../kit/influxql-comparable.ts';
import { selects, shows, type Vocabulary } from '../kit/influxql-questions.ts';
import { statementText } from '../kit/influxql-text.ts';
import { FROM, startTwins, TO, type Twins } from '../kit/influxql-twins.ts';

/** Hundreds of questions to two servers, on a machine that may be busy. */
const WITHIN = 300_000;

let twins: Twins;
beforeAll(async () => {
  twins = await startTwins(20260301);
});
afterAll(() => twins.stop());

const places = {
  site: ['hz-second'],
  area: ['vaccine', 'waste-store'],
  device: ['fridge-1', 'fridge-2', 'outfall'],
  point: ['upper-temp', 'temp', 'ph'],
};
const span = { from: FROM, to: TO, readings: false };
const ofReadings: Vocabulary = {
  measurements: ['temperature', 'temperature', 'ph', 'door', 'no such'],
  tags: places,
  numbers: { value: [-1.5, 0, 4.2, 99], q: [0, 1, 2] },
  texts: { value: ['a'] },
  ...span,
  readings: true,
};
const ofAlarms: Vocabulary = {
  measurements: ['alarm'],
  tags: { ...places, severity: ['critical', 'warning'], type: ['raised', 'cleared'], rule: ['high'] },
  numbers: { standing: [0, 1], value: [8, 8.5] },
  texts: { state: ['normal', 'acknowledged'], alarm: ['alarm-1'], by: ['li'] },
  ...span,
};
const ofEvents: Vocabulary = {
  measurements: ['event'],
  tags: { site: ['hz-second'], device: ['fridge-1'], type: ['login', 'clock-step'] },
  numbers: {},
  texts: { text_en: ['login'], by: ['li'] },
  ...span,
};

async function same(query: string, uncut?: string): Promise<void> {
  const [ours, theirs] = await Promise.all([twins.gateway(query), twins.influx(query)]);
  const whole = uncut === undefined ? undefined : await twins.influx(uncut);
  expect(comparable(ours, whole), query).toEqual(comparable(theirs, whole));
}

/** The same question for all rows, when it is for some of them. */
const withoutLimit = (select: Select): string | undefined =>
  select.rows.limit === null ? undefined : statementText({ ...select, rows: { limit: null, offset: 0 } });

test.each([
  ['readings', ofReadings],
  ['alarms', ofAlarms],
  ['events', ofEvents],
])(
  'any SELECT over %s is answered as a real InfluxDB answers it',
  async (_, words) => {
    await fc.assert(
      fc.asyncProperty(selects(words), (select) => same(statementText(select), withoutLimit(select))),
      { numRuns: 80 },
    );
  },
  WITHIN,
);

/** What the history has summed up already, and what it has not. */
const QUALITIES = [
  '',
  '"q" < 2 AND',
  '"q" != 2 AND',
  '"q" = 2 AND',
  '"q" = 0 AND',
  '("q" < 2 OR "value" > 50) AND',
];
const GROUPS = [
  '',
  'GROUP BY "device", "point"',
  'GROUP BY time(10m)',
  'GROUP BY time(1h), "device", "point" fill(none)',
];

test(
  'every function over every quality is that of a real InfluxDB, in buckets and over the whole span',
  async () => {
    const columns = ['min', 'max', 'mean', 'sum', 'count', 'spread'].flatMap((name) => [
      `${name}("value")`,
      `${name}("q")`,
    ]);
    const time = `time >= ${FROM + 700_123}ms AND time <= ${TO - 700_123}ms`;
    for (const column of [...columns, 'count("value"), count("q"), mean("value"), max("value")'])
      for (const quality of QUALITIES)
        for (const group of GROUPS)
          await same(`SELECT ${column} FROM "temperature" WHERE ${quality} ${time} ${group}`);
  },
  WITHIN,
);

test(
  'any SHOW is answered as a real InfluxDB answers it',
  async () => {
    const all = [ofReadings, ofAlarms, ofEvents].map(shows);
    await fc.assert(
      fc.asyncProperty(fc.oneof(...all), (show) => same(statementText(show))),
      { numRuns: 80 },
    );
  },
  WITHIN,
);
