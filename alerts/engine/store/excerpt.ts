import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';

/** Rows of an alarm store by table: how one store goes on in the place of another. */
export type Excerpt = Readonly<Record<string, readonly Row[]>>;
type Row = Readonly<Record<string, SQLOutputValue>>;

/** Of years of history, what people still ask for. */
const NEWEST = 'ORDER BY raised_at DESC LIMIT 2000';

/** Messages that wait, those whose receipt is to be asked for, and whatever was said of what is not over. */
const GOES_ON = `state = 'waiting' OR ask_at IS NOT NULL OR id IN (
  SELECT delivery FROM outbox_alarms JOIN alarms ON alarms.id = outbox_alarms.alarm WHERE over = 0)`;

/** What is needed to go on: state, what is open, the newest history, what waits to be sent and the newest number. */
const NEEDED: Readonly<Record<string, string>> = {
  position: '',
  points: '',
  kept: '',
  alarms: `WHERE over = 0 OR id IN (SELECT id FROM alarms ${NEWEST})`,
  events: `WHERE alarm IN (SELECT id FROM alarms WHERE over = 0) OR alarm IN (SELECT id FROM alarms ${NEWEST})`,
  outbox: `WHERE ${GOES_ON} OR id = (SELECT max(id) FROM outbox)`,
  outbox_alarms: `WHERE delivery IN (SELECT id FROM outbox WHERE ${GOES_ON})`,
};

const ALL: Readonly<Record<string, string>> = Object.fromEntries(
  [...Object.keys(NEEDED), 'attempts'].map((table) => [table, '']),
);

export const readNeeded = (db: DatabaseSync): Excerpt => read(db, NEEDED);
export const readAll = (db: DatabaseSync): Excerpt => read(db, ALL);

function read(db: DatabaseSync, wanted: Readonly<Record<string, string>>): Excerpt {
  const tables = Object.entries(wanted);
  return Object.fromEntries(
    tables.map(([table, where]) => [table, db.prepare(`SELECT * FROM ${table} ${where}`).all()]),
  );
}

/** What is there already is replaced. To be called in a transaction. */
export function put(db: DatabaseSync, excerpt: Excerpt): void {
  for (const [table, rows] of Object.entries(excerpt)) for (const row of rows) putRow(db, table, row);
}

function putRow(db: DatabaseSync, table: string, row: Row): void {
  // Tries have no number of their own that anybody knows: they get one where they come to lie.
  const entries = Object.entries(row).filter(([column]) => table !== 'attempts' || column !== 'id');
  const columns = entries.map(([column]) => column);
  const marks = columns.map(() => '?');
  db.prepare(`INSERT OR REPLACE INTO ${table} (${columns.join(', ')}) VALUES (${marks.join(', ')})`).run(
    ...entries.map(([, value]) => value),
  );
}
