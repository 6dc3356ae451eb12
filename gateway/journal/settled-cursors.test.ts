import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Consumer } from '#model/consumer';
import { type Log, silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { createSegment } from './segment.ts';
import { settleCursors } from './settled-cursors.ts';

let dir: string;
let said: string[];
let counted: unknown[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-cursors-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  [said, counted] = [[], []];
});

const place = (name: string, text: string): void => writeFileSync(join(dir, name), `${text}\n`);

/** What lies in the folder after a start for a site with these consumers: name → content. */
function started(...consumers: Consumer[]): Record<string, string> {
  const say = (facts: object, text = ''): void => {
    const { from, to } = facts as { from?: number; to?: number };
    said.push(from === undefined ? text : `${from}-${to} ${text}`);
  };
  const log = { ...silentLog, info: say, warn: say } as Log;
  const meter = { ...silentMeter, count: (...count: unknown[]) => void counted.push(count) };
  settleCursors({ dir, consumers, log, meter });
  const names = readdirSync(dir).filter((name) => name.startsWith('cursor'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(dir, name), 'utf8').trim()]));
}

/** The oldest segment that is left begins with this row. */
const journalFrom = (first: number): void =>
  createSegment(dir, 3, { first, previousHash: new Uint8Array(32) });

test('a place stays while its consumer is in the site, and nothing is said', () => {
  place('cursor-influx', '17');
  expect(started('influx')).toEqual({ 'cursor-influx': '17' });
  expect(said).toEqual([]);
});

test('a consumer that leaves and comes back goes on where it was, and each is said once', () => {
  journalFrom(18);
  place('cursor-influx', '17');
  for (const _ of [1, 2]) expect(started()).toEqual({ 'cursor-influx.aside': '17' });
  for (const _ of [1, 2]) expect(started('influx')).toEqual({ 'cursor-influx': '17' });
  expect(said).toEqual([expect.stringMatching(/left the site/), expect.stringMatching(/is back/)]);
  expect(counted).toEqual([]);
});

test('rows that expired while it was away are named and counted', () => {
  journalFrom(40);
  place('cursor-influx.aside', '17');
  expect(started('influx')).toEqual({ 'cursor-influx': '17' });
  expect(said).toEqual([
    expect.stringMatching(/is back/),
    expect.stringMatching(/^18-39 rows expired while a consumer .* was away/),
  ]);
  expect(counted).toEqual([['hygate_journal_errors_total', { reason: 'rows-expired' }, 22]]);
});

test('the place of a version that knew nothing of places set aside counts, for it began at the first row', () => {
  place('cursor-influx', '5');
  place('cursor-influx.aside', '17');
  expect(started('influx')).toEqual({ 'cursor-influx': '5' });
});

test('who counts anything else than rows is left alone', () => {
  place('cursor-influx-alarms', '17');
  expect(started()).toEqual({ 'cursor-influx-alarms': '17' });
});

test('a disk that refuses stops no start, and says so', () => {
  place('cursor-influx', '17');
  mkdirSync(join(dir, 'cursor-influx.aside'));
  settleCursors({
    dir,
    consumers: [],
    log: { ...silentLog, warn: (_: object, text = '') => void said.push(text) } as Log,
    meter: silentMeter,
  });
  expect(said).toEqual([expect.stringMatching(/could not be put in order/)]);
  expect(readFileSync(join(dir, 'cursor-influx'), 'utf8')).toBe('17\n');
});
