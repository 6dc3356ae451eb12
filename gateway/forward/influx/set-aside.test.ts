import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Aside } from './delivery.ts';
import { SetAside } from './set-aside.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-aside-'));
  path = join(dir, 'aside.sqlite');
});
afterEach(() => rmSync(dir, { recursive: true }));

const refused = (line: string, reason: Aside['reason'] = 'type-conflict'): Aside => ({
  reason,
  said: `no ${line}`,
  line,
});
const linesIn = (aside: SetAside) => aside.lines(0, 100, null).map(({ line }) => line);

test('no file is made before a line is set aside', () => {
  const aside = new SetAside(path);
  expect(aside.add([], 1)).toBe(0);
  expect([linesIn(aside), aside.groups(), aside.version()]).toEqual([[], [], 0]);
  expect(existsSync(path)).toBe(false);
});

test('lines are kept in order with their reason, across a kill', () => {
  new SetAside(path).add([refused('b'), refused('a', 'too-large')], 7);
  const [first, second] = new SetAside(path).lines(0, 10, null);
  expect(first).toMatchObject({ at: 7, reason: 'type-conflict', said: 'no b', line: 'b' });
  expect(second).toMatchObject({ line: 'a', reason: 'too-large' });
});

test('a line that is refused again after a crash is kept once, with what was said last', () => {
  const aside = new SetAside(path);
  aside.add([refused('a')], 1);
  aside.add([{ ...refused('a', 'beyond-retention'), said: 'too old' }], 2);
  expect(aside.groups()).toMatchObject([{ reason: 'beyond-retention', lines: 1, said: 'too old' }]);
});

test('of too many the oldest fall out, and it says how many', () => {
  const aside = new SetAside(path, 3);
  expect(aside.add([refused('a'), refused('b')], 1)).toBe(0);
  expect(aside.add([refused('c'), refused('d'), refused('e')], 2)).toBe(2);
  expect(linesIn(aside)).toEqual(['c', 'd', 'e']);
  // Room that a replay made counts.
  aside.remove(aside.lines(0, 2, null).map(({ no }) => no));
  expect(aside.add([refused('f'), refused('g')], 3)).toBe(0);
});

test('a gateway and a command use it at the same time, and each sees that the other changed it', () => {
  const [gateway, command] = [new SetAside(path), new SetAside(path)];
  gateway.add([refused('a'), refused('b')], 1);
  const before = gateway.version();
  command.remove(command.lines(0, 1, null).map(({ no }) => no));
  expect(gateway.version()).not.toBe(before);
  gateway.add([refused('c')], 2);
  expect(linesIn(command)).toEqual(['b', 'c']);
});

test('lines of one reason can be asked for, page by page', () => {
  const aside = new SetAside(path);
  aside.add([refused('a'), refused('b', 'too-large'), refused('c')], 1);
  const [first] = aside.lines(0, 1, 'type-conflict');
  expect(first?.line).toBe('a');
  expect(aside.lines(first?.no ?? 0, 5, 'type-conflict').map(({ line }) => line)).toEqual(['c']);
});

test('lines that an earlier version left tell their time in nanoseconds from then on, once', () => {
  const old = new DatabaseSync(path);
  old.exec(`CREATE TABLE line (no INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, reason TEXT NOT NULL,
    said TEXT NOT NULL, line TEXT NOT NULL UNIQUE);
    INSERT INTO line (at, reason, said, line) VALUES (1, 'type-conflict', 'no', 'ph,site=hz value=7,q=0i 1795000000123')`);
  old.close();
  const now = 'ph,site=hz value=7,q=0i 1795000000123000000';
  expect(linesIn(new SetAside(path))).toEqual([now]);
  const again = new SetAside(path);
  again.add([refused('ph,site=hz value=8,q=0i 1795000000123000007')], 2);
  expect(linesIn(again)).toEqual([now, 'ph,site=hz value=8,q=0i 1795000000123000007']);
});
