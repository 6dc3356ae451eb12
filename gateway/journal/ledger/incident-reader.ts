import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { decodeEvent } from '../entries.ts';
import { INCIDENT_TYPES, Incidents } from './incidents.ts';

/** Keeps the incidents of a history file; each event is read once. */
export class IncidentReader {
  readonly #incidents = new Incidents();
  readonly #after: StatementSync;
  #seq = 0;

  constructor(db: DatabaseSync) {
    const types = INCIDENT_TYPES.map((type) => `'${type}'`).join(', ');
    // The + keeps SQLite on the rows after `seq`: by the index on types it would read all of them each time.
    this.#after = db.prepare(
      `SELECT seq, body FROM event WHERE seq > ? AND +type IN (${types}) ORDER BY seq`,
    );
  }

  read(): Incidents {
    for (const row of this.#after.all(this.#seq)) {
      this.#incidents.add(decodeEvent(row['body'] as Uint8Array));
      this.#seq = Number(row['seq']);
    }
    return this.#incidents;
  }
}
