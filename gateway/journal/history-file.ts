import { join } from 'node:path';

/** In `user_version`. The history can be made again: a file of another version is. 2: the times of late arrivals.
 * 3: checksums. */
export const HISTORY_VERSION = 3;

export const historyPath = (dir: string): string => join(dir, 'history.sqlite');

/** Stands beside a history that is to be made again. */
export const abandonedPath = (path: string): string => `${path}.abandoned`;

/**
 * `hour` is clustered by one whole number: point (21 bits), hour since 1970 (20 bits), part (12 bits), together 53,
 * what a JavaScript number holds. A span of a point is then one run of neighbouring pages. `late` has the same keys,
 * for those hours in which readings came late.
 */
export const HISTORY_SCHEMA = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE point (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    first INTEGER NOT NULL,
    at INTEGER NOT NULL,
    value REAL,
    mark INTEGER NOT NULL,
    sum INTEGER NOT NULL
  );
  CREATE TABLE hour (
    key INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    bad INTEGER NOT NULL,
    min REAL,
    mean REAL,
    max REAL,
    crc INTEGER NOT NULL,
    sum INTEGER NOT NULL,
    body BLOB NOT NULL
  );
  CREATE TABLE late (key INTEGER PRIMARY KEY, crc INTEGER NOT NULL, body BLOB NOT NULL);
  CREATE TABLE event (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, type TEXT NOT NULL, body BLOB NOT NULL);
  CREATE INDEX event_at ON event (at);
  CREATE INDEX event_type ON event (type, at);
  PRAGMA user_version = ${HISTORY_VERSION};`;

const HOURS = 2 ** 20;
const PARTS = 2 ** 12;
export const LAST_PART = PARTS - 1;

export const hourKey = (point: number, hour: number, part: number): number =>
  (point * HOURS + hour) * PARTS + part;

export const pointOfKey = (key: number): number => Math.floor(key / PARTS / HOURS);

export const hourOfKey = (key: number): number => Math.floor(key / PARTS) % HOURS;

export const partOfKey = (key: number): number => key % PARTS;

/** Times that the key can tell apart: 1970 to 2089. */
export const LAST_TIME = HOURS * 3_600_000 - 1;
