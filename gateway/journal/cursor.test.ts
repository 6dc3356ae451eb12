import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLog } from '#model/log';
import { Cursor } from './cursor.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'hygate-cursor-'));

test('begins at 0, is kept for the next start, and never goes back', () => {
  const dir = folder();
  const cursor = new Cursor(dir, 'influx', silentLog);
  expect(cursor.get()).toBe(0);
  cursor.set(17);
  cursor.set(9);
  expect(new Cursor(dir, 'influx', silentLog).get()).toBe(17);
  expect(new Cursor(dir, 'alarms', silentLog).get()).toBe(0);
  expect(readdirSync(dir)).toEqual(['cursor-influx']);
});

test('an unreadable cursor says so and begins again, as rows twice do less harm than rows never', () => {
  const dir = folder();
  writeFileSync(join(dir, 'cursor-influx'), '12x');
  const said: string[] = [];
  const log = { ...silentLog, error: (_: unknown, text: string) => void said.push(text) };
  expect(new Cursor(dir, 'influx', log).get()).toBe(0);
  expect(said).toHaveLength(1);
});

test('a cursor beyond the journal, as after a restored backup, says so and begins again, for ever', () => {
  const dir = folder();
  const said: string[] = [];
  const log = { ...silentLog, error: (_: unknown, text: string) => void said.push(text) };
  const cursor = new Cursor(dir, 'influx', log);
  cursor.set(17);
  cursor.notBeyond(17);
  expect([cursor.get(), said]).toEqual([17, []]);
  cursor.notBeyond(16);
  expect(said).toHaveLength(1);
  expect(new Cursor(dir, 'influx', log).get()).toBe(0);
  cursor.set(3);
  expect(new Cursor(dir, 'influx', log).get()).toBe(3);
});
