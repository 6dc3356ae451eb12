import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ModbusAddress, ValueType } from '#model/driver';
import { crossing } from '../bench/crossing.ts';
import { modbus } from '../bench/modbus.ts';
import { fewestRequests } from '../bench/optimum.ts';
import type { Part } from '../bench/part.ts';
import { query } from '../bench/query.ts';
import { histogramQuantile, Scrape } from '../bench/scrape.ts';
import { formatTable, type Table } from '../kit/table.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hygate-bench-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const tablesOf = (part: Part): Promise<Table[]> => Array.fromAsync(part({ dir, short: true }));

test('the Modbus part runs, and no register map takes more requests than the optimum', async () => {
  const [plans, polling] = await tablesOf(modbus);
  expect(plans?.rows.length).toBeGreaterThan(10);
  expect(plans?.rows.filter(([, , ours, optimum]) => ours !== optimum)).toEqual([]);
  expect(polling?.rows.map(([device]) => device)).toEqual(
    expect.arrayContaining(['unit-1', 'modbus-freezer', 'wastewater-station', 'scattered']),
  );
});

test('the query part runs and asks what it says', async () => {
  const [table] = await tablesOf(query);
  const answers = table?.rows.map(([asked, count]) => [asked, count]);
  expect(answers).toEqual([
    ['1000 buckets', 1000],
    ['a bucket a day', expect.toSatisfy((days) => days === 10 || days === 11)],
    ['the last day, every reading', 1440],
    ['its gaps', 0],
  ]);
});

test('the crossing part runs, and every crossing is told under load', async () => {
  const [table] = await tablesOf(crossing);
  expect(table?.title).toContain('20 crossings');
  expect(table?.rows).toHaveLength(1);
  expect(table?.rows[0]?.[0]).toBeGreaterThan(0);
});

const traits = { maxRegisters: 4, maxBits: 4, hole: 1 };
const at = (address: number, type: ValueType = 'int16'): { key: string; address: ModbusAddress } => ({
  key: `p${address}`,
  address: { table: type === 'bool' ? 'coil' : 'holding', address, type },
});

test.each([
  ['neighbours', [at(0), at(1), at(2), at(3)], 1],
  ['one more than a request holds', [at(0), at(1), at(2), at(3), at(4)], 2],
  ['a hole that may be read', [at(0), at(2)], 1],
  ['a hole that may not', [at(0), at(3)], 2],
  ['a hole that another point fills', [at(0), at(3), at(1)], 1],
  ['a point that must not be split', [at(0), at(1), at(2), at(3, 'int32')], 2],
  ['two tables', [at(0), at(0, 'bool')], 2],
  ['a long one over short ones', [at(0, 'float64'), at(1), at(2), at(4)], 2],
  ['many', Array.from({ length: 30 }, (_, index) => at(index)), 8],
])('the optimum of %s is right', (_, points, fewest) => {
  expect(fewestRequests(points, traits)).toBe(fewest);
});

test('a quantile is read from what a histogram took in between two scrapes', () => {
  const text = (fast: number, slow: number) =>
    `t_bucket{le="0.001"} ${fast}\nt_bucket{le="0.005"} ${fast + slow}\nt_bucket{le="+Inf"} ${fast + slow}\n`;
  const scrapes = [new Scrape(text(100, 0), 0), new Scrape(text(150, 50), 1)] as const;
  expect(histogramQuantile('t', 0.25, scrapes)).toBeCloseTo(0.0005, 9);
  expect(histogramQuantile('t', 0.75, scrapes)).toBeCloseTo(0.003, 9);
});

test('a scrape adds up the series of a name, and those of one label', () => {
  const text = '# HELP a x\na{device="x",result="ok"} 3\na{device="y",result="skipped"} 4\nab 9\n';
  const scrape = new Scrape(text, 0);
  expect([scrape.sum('a'), scrape.sum('a', 'result="skipped"'), scrape.sum('none')]).toEqual([7, 4, 0]);
});

test('a table is Markdown whose columns stand under each other', () => {
  const table = {
    title: 'T',
    head: ['a', 'long head'],
    rows: [
      ['x', 12_345.6],
      ['yy', null],
    ],
    notes: ['N.'],
  };
  expect(formatTable(table)).toBe(
    '\n### T\n\n| a  | long head |\n| -- | --------- |\n| x  | 12,346    |\n| yy | –         |\n\nN.',
  );
});
