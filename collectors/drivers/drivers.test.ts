import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataType, DataValue, StatusCodes, Variant } from 'node-opcua-client';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Driver, ModbusPoint, OpcuaPoint, PointSpec } from '#model/driver';
import { isId } from '#model/point';
import { isReason } from '#model/quality';
import { quantities, quantitySpec } from '#model/quantity';
import { parseSamples } from '#model/wire';
import { decoderOf } from '../protocols/modbus/codec.ts';
import { isBits, plan, sizeOf } from '../protocols/modbus/plan.ts';
import { samplesOf } from '../protocols/modbus/samples.ts';
import { measure } from '../protocols/opcua/value.ts';

/*
 * One suite for all drivers. The simulator is built from the same values, so a wrong address would agree with itself:
 * only the cases, typed in from the register tables, can catch it.
 */

interface Expected {
  readonly value: number | null;
  readonly quality: string;
  readonly reason: string | null;
}

interface Case {
  readonly points?: readonly (ModbusPoint & OpcuaPoint)[];
  readonly registers?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly nodes?: Readonly<
    Record<
      string,
      { double?: number; boolean?: boolean; status?: Exclude<keyof typeof StatusCodes, 'prototype'> }
    >
  >;
  readonly payload?: string;
  /** A value that is good; a reason for one that is bad; or both in full. */
  readonly expect: Readonly<Record<string, number | string | Expected>>;
}

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const PLAN = { maxRegisters: 125, maxBits: 2000, hole: 0 };
const folders = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());

const rangeOf = (point: PointSpec) => point.range ?? quantitySpec(point.quantity).range;

function measureModbus(points: readonly ModbusPoint[], { registers = {} }: Case): Map<string, Expected> {
  const readable = points.map((point) => ({
    key: point.key,
    address: point.modbus,
    decode: decoderOf(point.modbus),
    range: rangeOf(point),
  }));
  const samples = plan(readable, PLAN).flatMap((request) => {
    const words = Array.from({ length: request.count }, (_, index) => {
      const raw = registers[request.table]?.[request.address + index];
      expect(raw, `the case gives no ${request.table} ${request.address + index}`).toBeTypeOf('number');
      return raw ?? 0;
    });
    return samplesOf(request, isBits(request.table) ? packed(words) : wired(words), 0);
  });
  return new Map(samples.map(({ key, value, quality, reason }) => [key, { value, quality, reason }]));
}

/** Registers as they come over the wire: high byte first. */
function wired(words: readonly number[]): Buffer {
  return Buffer.from(words.flatMap((word) => [word >> 8, word & 255]));
}

/** Bits as they come over the wire: the first is the lowest of the first byte. */
function packed(bits: readonly number[]): Buffer {
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, index) => {
    bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (bit << (index & 7));
  });
  return bytes;
}

function measureOpcua(points: readonly OpcuaPoint[], { nodes = {} }: Case): Map<string, Expected> {
  return new Map(
    points.map((point) => {
      const { double, boolean, status = 'Good' } = nodes[point.opcua.node] ?? {};
      const value = double ?? boolean;
      expect(value, `the case gives no ${point.opcua.node}`).toBeDefined();
      const dataType = double === undefined ? DataType.Boolean : DataType.Double;
      const data = new DataValue({
        value: new Variant({ dataType, value }),
        statusCode: StatusCodes[status],
      });
      return [point.key, measure(data, { key: point.key, address: point.opcua, range: rangeOf(point) })];
    }),
  );
}

function measureMqtt({ payload = '' }: Case): Map<string, Expected> {
  const { samples, refused } = parseSamples(payload);
  expect(refused).toEqual([]);
  return new Map(samples.map(({ key, value, quality, reason }) => [key, { value, quality, reason }]));
}

function measured(driver: Driver, given: Case): Map<string, Expected> {
  const own = <Point>(points: readonly Point[] | 'site'): readonly Point[] =>
    points === 'site' ? ((given.points ?? []) as unknown as readonly Point[]) : points;
  if (driver.protocol === 'modbus') return measureModbus(own(driver.points), given);
  return driver.protocol === 'opcua' ? measureOpcua(own(driver.points), given) : measureMqtt(given);
}

function full(expected: number | string | Expected): Expected {
  if (typeof expected === 'object') return expected;
  if (typeof expected === 'number') return { value: expected, quality: 'good', reason: null };
  expect(isReason(expected), `"${expected}" is not a reason`).toBe(true);
  return { value: null, quality: 'bad', reason: expected };
}

/** A single holds seven digits; and what is out of range is shown with the value that nobody believes. */
function compare(key: string, found: Expected | undefined, expected: Expected): void {
  expect(found, key).toMatchObject({ quality: expected.quality, reason: expected.reason });
  if (expected.value === null) {
    if (expected.reason !== 'out-of-range') expect(found?.value, key).toBeNull();
  } else {
    expect(found?.value, key).toBeTypeOf('number');
    expect(Math.abs((found?.value ?? 0) - expected.value), key).toBeLessThanOrEqual(
      Math.abs(expected.value) * 1e-6,
    );
  }
}

describe.each(folders.map(({ name }) => name))('driver %s', async (folder) => {
  const driver = ((await import(`./${folder}/driver.ts`)) as { default: Driver }).default;
  const readme = readFileSync(join(ROOT, folder, 'README.md'), 'utf8');
  const points: readonly PointSpec[] = driver.points === 'site' ? [] : driver.points;
  const files = readdirSync(join(ROOT, folder, 'cases'));
  const cases = files.map((file): [string, Case] => [
    file,
    parse(readFileSync(join(ROOT, folder, 'cases', file), 'utf8')) as Case,
  ]);

  test('is called like its folder', () => expect(driver.name).toBe(folder));

  test('reads no faster than every 100 ms and no slower than every minute', () => {
    // GSP annex 3, article 5: the values of a vaccine store are renewed at least every minute.
    expect(driver.every).toBeGreaterThanOrEqual(100);
    expect(driver.every).toBeLessThanOrEqual(60_000);
  });

  test('names its points in kebab case, once each', () => {
    const keys = points.map(({ key }) => key);
    expect(keys.filter((key) => !isId(key))).toEqual([]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('measures known quantities, in a range that lies inside the quantity’s', () => {
    for (const point of points) {
      expect(Object.keys(quantities)).toContain(point.quantity);
      const [least, most] = quantitySpec(point.quantity).range;
      const [low, high] = rangeOf(point);
      expect(low, point.key).toBeLessThan(high);
      expect(low, point.key).toBeGreaterThanOrEqual(least);
      expect(high, point.key).toBeLessThanOrEqual(most);
    }
  });

  test('has legal addresses, and no register of two points', () => {
    const taken = new Map<string, string>();
    for (const { key, modbus } of points.filter((point) => 'modbus' in point) as readonly ModbusPoint[]) {
      const bits = isBits(modbus.table);
      expect(bits && modbus.type !== 'bool', `${key}: a bit table holds bool only`).toBe(false);
      expect(modbus.bit !== undefined && modbus.type !== 'bool', `${key}: bit goes with bool only`).toBe(
        false,
      );
      expect(modbus.address + sizeOf(modbus), key).toBeLessThanOrEqual(65_536);
      const whole = modbus.type === 'bool' && !bits ? [`${modbus.bit ?? 0}`] : [...'0123456789'];
      for (let word = 0; word < sizeOf(modbus); word++) {
        for (const bit of whole) {
          const place = `${modbus.table} ${modbus.address + word} ${bit}`;
          expect(taken.get(place), `${key} and another point lie at ${place}`).toBeUndefined();
          taken.set(place, key);
        }
      }
    }
  });

  test('its README has every key, an example and its limits, in the fixed order', () => {
    for (const { key } of points) expect(readme).toContain(`\`${key}\``);
    const headings = [...readme.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['Points', 'Example', 'Source', 'Limits and known faults']);
    expect(readme).toContain(`driver: ${folder}`);
  });

  test('has a case where all is well and one with a fault', () => {
    const verdicts = cases.map(([, { expect: of }]) => Object.values(of).map((each) => full(each).quality));
    expect(verdicts.some((each) => each.every((quality) => quality === 'good'))).toBe(true);
    expect(verdicts.some((each) => each.includes('bad'))).toBe(true);
  });

  test.each(cases)('decodes %s', (_file, given) => {
    const found = measured(driver, given);
    expect([...found.keys()].sort()).toEqual(Object.keys(given.expect).sort());
    for (const [key, expected] of Object.entries(given.expect)) compare(key, found.get(key), full(expected));
  });
});
