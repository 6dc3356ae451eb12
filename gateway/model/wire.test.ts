import fc from 'fast-check';
import { expect, test } from 'vitest';
import { REASONS } from './quality.ts';
import type { Sample } from './reading.ts';
import { encodeSamples, parseSamples } from './wire.ts';

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const base = { key: fc.string(), at: fc.maxSafeInteger() };
const good = fc.record({ ...base, value: number, quality: fc.constant('good'), reason: fc.constant(null) });
const reason = fc.constantFrom(...REASONS);
const doubtful = fc.record({ ...base, value: number, quality: fc.constantFrom('uncertain', 'bad'), reason });
const failed = fc.record({ ...base, value: fc.constant(null), quality: fc.constant('bad'), reason });
const samples = fc.array(fc.oneof(good, doubtful, failed) as fc.Arbitrary<Sample>);

test('every sample that can be is read back as it was written', () => {
  fc.assert(
    fc.property(samples, fc.option(fc.maxSafeInteger()), (all, now) => {
      // JSON knows no negative zero.
      const expected = all.map((sample) => ({ ...sample, value: sample.value === 0 ? 0 : sample.value }));
      const text = encodeSamples(all, now ?? undefined);
      expect(parseSamples(text)).toEqual({ now, samples: expected, refused: [] });
    }),
  );
});

test('a source that marks a reading but not why has a sensor that complains', () => {
  const text = '{"v":1,"readings":[{"point":"temp","at":1,"value":null,"q":"bad"}]}';
  expect(parseSamples(text).samples).toEqual([
    { key: 'temp', at: 1, value: null, quality: 'bad', reason: 'sensor-fault' },
  ]);
});

test('a refused reading is named by its place in the message', () => {
  const text = '{"v":1,"readings":[{"point":"a","at":1,"value":1},{"point":"a","at":1,"value":"1"}]}';
  expect(parseSamples(text).refused).toEqual([{ index: 1, why: 'not-a-number' }]);
});

test.each(['"2026-06-01T00:00:00Z"', '1.5', 'null', '{}', '1e99'])(
  'a clock that shows %s is not told, and the readings are taken',
  (now) => {
    const text = `{"v":1,"now":${now},"readings":[{"point":"a","at":1,"value":1}]}`;
    expect(parseSamples(text)).toMatchObject({ now: null, samples: [{ key: 'a' }], refused: [] });
  },
);
