import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UserStore } from './user-store.ts';

let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-users-'));
  file = join(dir, 'users.sqlite');
});
afterEach(() => rmSync(dir, { recursive: true }));

/** The pages of the sessions become nonsense, and a change beside them makes SQLite read them again. */
function damageSessions(): void {
  const db = new DatabaseSync(file);
  const page = Number(
    db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'sessions'").get()?.['rootpage'],
  );
  const size = Number(db.prepare('PRAGMA page_size').get()?.['page_size']);
  db.exec('UPDATE users SET last_login = 5; PRAGMA wal_checkpoint(TRUNCATE)');
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(size, 0x5a), 0, size, (page - 1) * size);
  closeSync(handle);
  db.close();
}

test('a log-in that finds the file damaged says so once, and is no internal error', () => {
  const found: unknown[] = [];
  const store: UserStore = new UserStore(file, (error) => {
    found.push(error);
    store.close();
  });
  store.addUser({ name: 'ward', role: 'viewer', hash: 'x', at: 1 });
  damageSessions();
  expect(store.addSession('token', 'ward', { at: 2, expires: 9 })).toBe(false);
  expect(found).toHaveLength(1);
});

test('a session that the disk refused is extended like any other, and swept away when it is over', () => {
  const store = new UserStore(file);
  store.addUser({ name: 'ward', role: 'viewer', hash: 'x', at: 1 });
  const full = Object.assign(new Error('database or disk is full'), { errcode: 13 });
  const disk = vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(() => {
    throw full;
  });
  expect(store.addSession('first', 'ward', { at: 2, expires: 9 })).toBe(false);
  store.extendSession('first', 20);
  expect(store.session('first')?.expires).toBe(20);
  expect(store.addSession('second', 'ward', { at: 30, expires: 40 })).toBe(false);
  expect(store.session('first')).toBeUndefined();
  expect(store.session('second')?.user.name).toBe('ward');
  disk.mockRestore();
  store.close();
});
