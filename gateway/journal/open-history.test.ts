import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '#model/log';
import { openHistory } from './open-history.ts';

let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-history-'));
  file = join(dir, 'history.sqlite');
});
afterEach(() => rmSync(dir, { recursive: true }));

/** A history that has come as far as row 7. */
function written(): void {
  const history = openHistory(dir, silentLog);
  history.setCursor(7);
  history.close();
}

const cursor = (): number => {
  const history = openHistory(dir, silentLog);
  const reached = history.cursor;
  history.close();
  return reached;
};

test('years of history are not made again because the disk refuses to open them', () => {
  written();
  // SQLite cannot open its log there: as on a disk that refuses.
  mkdirSync(`${file}-wal`);
  expect(() => openHistory(dir, silentLog)).toThrow();
  expect(existsSync(`${file}.damaged`)).toBe(false);
  rmdirSync(`${file}-wal`);
  expect(cursor()).toBe(7);
});

test('a file that is no history is kept beside the one that is made again', () => {
  writeFileSync(
    file,
    'no database, whatever it is called, and long enough to be looked at by SQLite'.repeat(9),
  );
  expect(cursor()).toBe(0);
  expect(existsSync(`${file}.damaged`)).toBe(true);
});

test('a history that was given up is made again, also when a crash has taken the file already', () => {
  written();
  writeFileSync(`${file}.abandoned`, '');
  rmSync(file);
  expect(cursor()).toBe(0);
  expect(existsSync(`${file}.abandoned`)).toBe(false);
});
