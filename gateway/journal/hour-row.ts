import { crc32 } from 'node:zlib';
import { HygateError } from '#model/errors';
import { hourOfKey } from './history-file.ts';
import type { Summary } from './samples.ts';
import { isUnreadable } from './segment.ts';

/** What a query asks of the table `hour` beside the body. */
export const HOUR_COLUMNS = 'key, count, bad, min, mean, max, crc, sum';

/** An hour's row without its body. */
export interface HourRow extends Summary {
  readonly key: number;
  /** CRC-32 of the body. */
  readonly crc: number;
  /** CRC-32 of the other columns. */
  readonly sum: number;
}

/** What was read is not what was written. The segments still have it. */
export class HistoryDamage extends HygateError {
  /** The row of the hour; null when it is more than one hour. */
  readonly key: number | null;

  constructor(key: number | null, what: string, options?: ErrorOptions) {
    super(
      'history-damaged',
      `${what} is damaged on disk and is made again of the journal: ask again later`,
      options,
    );
    this.key = key;
  }
}

/** CRC-32 over numbers, as binary64. null and NaN are the same; so are 0 and -0, as SQLite gives a REAL column back. */
export const sumOf = (numbers: readonly (number | null)[], before = 0): number =>
  crc32(Buffer.from(Float64Array.from(numbers, (number) => (number ?? Number.NaN) + 0).buffer), before);

export const sumOfHour = ({ key, count, bad, min, mean, max, crc }: Omit<HourRow, 'sum'>): number =>
  sumOf([key, count, bad, min, mean, max, crc]);

/** The row, when its columns are as they were written. Throws HistoryDamage. */
export function checkedHour(row: Record<string, unknown>): HourRow {
  const hour = row as unknown as HourRow;
  if (sumOfHour(hour) !== hour.sum) throw atHour(hour.key);
  return hour;
}

/** The body, when all of the row is as it was written. Throws HistoryDamage. */
export function checkedBody(row: Record<string, unknown>): Uint8Array {
  const { key, crc } = checkedHour(row);
  return checkedBlob(key, crc, row['body']);
}

/** A blob under its CRC-32. Throws HistoryDamage. */
export function checkedBlob(key: number, crc: unknown, body: unknown): Uint8Array {
  if (!(body instanceof Uint8Array) || crc32(body) !== crc) throw atHour(key);
  return body;
}

/** A point's row, without its checksum. */
interface PointRow {
  readonly no: number;
  readonly id: string;
  readonly first: number;
  readonly at: number;
  readonly value: number | null;
  readonly mark: number;
}

export const sumOfPoint = ({ no, id, first, at, value, mark }: PointRow): number =>
  sumOf([no, first, at, value, mark], crc32(id));

/** Throws HistoryDamage when a point's row is not as it was written: its hours would be another point's. */
export function checkPoint(row: Record<string, unknown>): void {
  if (sumOfPoint(row as unknown as PointRow) !== row['sum'])
    throw new HistoryDamage(null, `what the history says of the point ${row['id']}`);
}

const atHour = (key: number): HistoryDamage =>
  new HistoryDamage(key, `the history of the hour of ${new Date(hourOfKey(key) * 3_600_000).toISOString()}`);

/** What an error says of damage: a row's, or, where SQLite gives up, the whole file's. Undefined when it is none. */
export function damageOf(error: unknown): HistoryDamage | undefined {
  if (error instanceof HistoryDamage) return error;
  return isUnreadable(error) ? new HistoryDamage(null, 'the history', { cause: error }) : undefined;
}
