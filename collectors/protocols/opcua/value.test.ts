import fc from 'fast-check';
import { DataType, DataValue, StatusCodes, Variant, VariantArrayType } from 'node-opcua-client';
import { expect, test } from 'vitest';
import { measure, type OpcuaPointPlan } from './value.ts';

const plan = (more: Partial<OpcuaPointPlan> = {}): OpcuaPointPlan => ({
  key: 'temp',
  address: { node: 'i=1' },
  range: [-1e300, 1e300],
  ...more,
});

const data = (dataType: DataType, value: unknown, statusCode = StatusCodes.Good): DataValue =>
  new DataValue({ statusCode, value: new Variant({ dataType, arrayType: VariantArrayType.Scalar, value }) });

test('signed and unsigned 64-bit integers are put together of their two words', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (wide) => {
      const words = [Number(BigInt.asUintN(64, wide) >> 32n), Number(BigInt.asUintN(32, wide))];
      expect(measure(data(DataType.Int64, words), plan()).value).toBe(Number(wide));
      expect(measure(data(DataType.UInt64, words), plan()).value).toBe(Number(BigInt.asUintN(64, wide)));
    }),
  );
});

test('scale and offset are applied, also to a boolean', () => {
  const address = { node: 'i=1', scale: 0.1, offset: -40 };
  expect(measure(data(DataType.Int16, 445), plan({ address })).value).toBeCloseTo(4.5, 12);
  expect(
    measure(data(DataType.Boolean, true), plan({ address: { node: 'i=1', scale: -1, offset: 1 } })).value,
  ).toBe(0);
});

test.each([
  ['a text', data(DataType.String, '4.5')],
  ['NaN', data(DataType.Double, Number.NaN)],
  ['infinity', data(DataType.Double, Number.POSITIVE_INFINITY)],
  [
    'nothing',
    new DataValue({ statusCode: StatusCodes.Good, value: new Variant({ dataType: DataType.Null }) }),
  ],
  [
    'an array',
    new DataValue({
      value: new Variant({ dataType: DataType.Double, arrayType: VariantArrayType.Array, value: [1] }),
    }),
  ],
])('%s is bad, decode', (_what, value) => {
  expect(measure(value, plan())).toEqual({ value: null, quality: 'bad', reason: 'decode' });
});

test('a value outside the range of its instrument is kept to be seen, and is bad', () => {
  const point = plan({ range: [-50, 60] });
  expect(measure(data(DataType.Double, 61), point)).toEqual({
    value: 61,
    quality: 'bad',
    reason: 'out-of-range',
  });
  expect(measure(data(DataType.Double, 60), point)).toEqual({ value: 60, quality: 'good', reason: null });
});

test('what stands under a bad status is no value; under an uncertain one it is', () => {
  expect(measure(data(DataType.Double, 4, StatusCodes.BadSensorFailure), plan())).toEqual({
    value: null,
    quality: 'bad',
    reason: 'sensor-fault',
  });
  expect(measure(data(DataType.Double, 4, StatusCodes.UncertainInitialValue), plan())).toEqual({
    value: 4,
    quality: 'uncertain',
    reason: 'stale',
  });
});
