import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { doubtWaiting } from './restored-outbox.ts';
import { AlarmStore } from './store.ts';

test('what waited when the backup was made may have arrived since, and nothing else is touched', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hygate-outbox-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'alarms.sqlite');
  new AlarmStore(file).close();
  const db = new DatabaseSync(file);
  onTestFinished(() => db.close());
  for (const state of ['waiting', 'sent', 'withdrawn', 'waiting'])
    db.prepare(
      "INSERT INTO outbox (key, person, event, at, alarm, state) VALUES (hex(randomblob(4)), 'li', 'raised', 1, '[]', ?)",
    ).run(state);
  expect(doubtWaiting(file)).toBe(2);
  const rows = db.prepare('SELECT state, doubtful FROM outbox ORDER BY id').all();
  expect(rows.map((row) => [row['state'], row['doubtful']])).toEqual([
    ['waiting', 1],
    ['sent', 0],
    ['withdrawn', 0],
    ['waiting', 1],
  ]);
});

test('a gateway that never had an alarm has nothing that waits', () => {
  expect(doubtWaiting(join(tmpdir(), 'no-such-folder', 'alarms.sqlite'))).toBe(0);
});
