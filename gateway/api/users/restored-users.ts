import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** After a restore nobody is logged in: a session that was ended since the backup must not come to life again. */
export function endSessions(file: string): void {
  if (!existsSync(file)) return;
  const db = new DatabaseSync(file);
  try {
    db.exec('DELETE FROM sessions');
  } finally {
    db.close();
  }
}
