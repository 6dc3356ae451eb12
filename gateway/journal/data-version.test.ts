import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { silentLog } from '#model/log';
import { DATA_VERSION, refuseNewerData, stampData, VERSION_FILE } from './data-version.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-version-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
});

const write = (text: string) => writeFileSync(join(dir, VERSION_FILE), text);
const read = () => JSON.parse(readFileSync(join(dir, VERSION_FILE), 'utf8'));

test('a folder of before it was invented is taken, and says from then on who writes it', () => {
  expect(() => refuseNewerData(dir)).not.toThrow();
  stampData(dir, '0.1.0', silentLog);
  expect(read()).toEqual({ data: DATA_VERSION, hygate: '0.1.0' });
  stampData(dir, '0.2.0', silentLog);
  expect(read()).toEqual({ data: DATA_VERSION, hygate: '0.2.0' });
});

test('a newer one is refused by the name of what wrote it', () => {
  write(JSON.stringify({ data: DATA_VERSION + 1, hygate: '3.0.0' }));
  expect(() => refuseNewerData(dir)).toThrow(/was written by Hygate 3\.0\.0/);
});

test.each(['', '{', '[]', 'null', '{"data":"x"}'])('what cannot be read (%j) stops no start', (text) => {
  write(text);
  expect(() => refuseNewerData(dir)).not.toThrow();
  stampData(dir, '0.1.0', silentLog);
  expect(read()).toEqual({ data: DATA_VERSION, hygate: '0.1.0' });
});

test('a disk that takes nothing stops no start', () => {
  expect(() => stampData(join(dir, 'not-there'), '0.1.0', silentLog)).not.toThrow();
});
