import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseAlarm } from '../../../alerts/engine/store/stored-alarm.ts';
import type { Finding } from '../../doctor/finding.ts';
import type { OwnAlarm } from '../../doctor/gateway.ts';
import { type UserFacts, usersUnreadable } from '../../doctor/users.ts';
import { openReadOnly } from '../../journal/read-only.ts';

/** Alarms of the gateway about itself that last; none where there is no file yet. Throws what SQLite throws. */
export function ownAlarmsIn(dataDir: string): readonly OwnAlarm[] {
  const open = rowsOf(join(dataDir, 'alarms.sqlite'), 'SELECT doc FROM alarms WHERE over = 0');
  return open.flatMap(({ doc }) => {
    const { rule, clearedAt } = parseAlarm(String(doc));
    return rule.kind === 'condition' && clearedAt === null ? [rule] : [];
  });
}

/** Throws what SQLite throws. */
export const usersIn = (dataDir: string): readonly UserFacts[] =>
  rowsOf(join(dataDir, 'users.sqlite'), 'SELECT name, must_change, disabled FROM users').map((row) => ({
    name: String(row['name']),
    mustChange: row['must_change'] === 1,
    disabled: row['disabled'] === 1,
  }));

/** Nobody logs in with a file that cannot be read. */
export const unreadableUsers = (error: unknown): Finding =>
  usersUnreadable(error instanceof Error ? error.message : String(error));

function rowsOf(file: string, sql: string) {
  if (!existsSync(file)) return [];
  const { db, close } = openReadOnly(file);
  try {
    return db.prepare(sql).all();
  } finally {
    close();
  }
}
