import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * After a restore: what waited to be sent when the backup was made may have arrived since. It goes out marked as a
 * repeat, and old ones are gathered and told as late, as after any long stop. Returns how many there are.
 */
export function doubtWaiting(file: string): number {
  if (!existsSync(file)) return 0;
  const db = new DatabaseSync(file);
  try {
    const { changes } = db.prepare("UPDATE outbox SET doubtful = 1 WHERE state = 'waiting'").run();
    return Number(changes);
  } finally {
    db.close();
  }
}
