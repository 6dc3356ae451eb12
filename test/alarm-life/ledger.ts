import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Alarm, AlarmEvent } from '#model/alarm';
import type { EpochMs } from '#model/time';
import type { Position } from '../../alerts/engine/changes.ts';

export interface Row {
  readonly key: string;
  readonly person: string;
  readonly event: string;
  readonly state: string;
  /** The provider's words, or where else it was told. */
  readonly answer: string;
}

/** What is on disk when everything is over: alarms, what happened to them, and who was told. */
export interface Ledger {
  readonly alarms: readonly Alarm[];
  readonly events: readonly AlarmEvent[];
  readonly outbox: readonly Row[];
}

/** Moments of an alarm's life that a kill can meet. */
export const MOMENTS = [
  'a delay runs',
  'a message waits',
  'a message is half sent',
  'escalation or a reminder is to come',
  'an acknowledgement is to run out',
  'something lies on the shelf',
  'a receipt is awaited',
] as const;
export type Moment = (typeof MOMENTS)[number];

const documents = <Document>(db: DatabaseSync, sql: string): Document[] =>
  db
    .prepare(sql)
    .all()
    .map(({ doc }) => JSON.parse(String(doc)) as Document);

function read<T>(file: string, ask: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return ask(db);
  } finally {
    db.close();
  }
}

export const readLedger = (file: string): Ledger =>
  read(file, (db) => ({
    alarms: documents<Alarm>(db, 'SELECT doc FROM alarms ORDER BY id'),
    events: documents<AlarmEvent>(db, 'SELECT doc FROM events ORDER BY id'),
    outbox: db
      .prepare('SELECT key, person, event, state, answer FROM outbox ORDER BY key, person')
      .all()
      .map((row) => ({
        key: String(row['key']),
        person: String(row['person']),
        event: String(row['event']),
        state: String(row['state']),
        answer: String(row['answer'] ?? ''),
      })),
  }));

/** The time at which the evaluation stands, for the clock of the next life; undefined before the first. */
export function startedAt(file: string): EpochMs | undefined {
  if (!existsSync(file)) return undefined;
  return read(file, (db) => documents<Position>(db, 'SELECT doc FROM position')[0]?.now);
}

/** What the dead process left unfinished, by its file. */
export function momentsOf(file: string): Moment[] {
  return read(file, (db) => {
    const alarms = documents<Alarm>(db, 'SELECT doc FROM alarms WHERE over = 0');
    const states = db.prepare('SELECT state FROM points').all();
    const count = (where: string) =>
      Number(db.prepare(`SELECT count(*) AS n FROM outbox WHERE ${where}`).get()?.['n']);
    const holds: Readonly<Record<Moment, boolean>> = {
      'a delay runs': states.some(({ state }) => String(state).includes('"pending"')),
      'a message waits': count("state = 'waiting' AND sending = 0") > 0,
      'a message is half sent': count("state = 'waiting' AND sending = 1") > 0,
      'escalation or a reminder is to come': alarms.some(({ state }) => state === 'unacknowledged'),
      'an acknowledgement is to run out': alarms.some(({ state }) => state === 'acknowledged'),
      'something lies on the shelf': alarms.some(({ shelvedUntil }) => shelvedUntil !== null),
      'a receipt is awaited': count("state = 'sent'") > 0,
    };
    return MOMENTS.filter((moment) => holds[moment]);
  });
}
