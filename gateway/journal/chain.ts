import { hash } from 'node:crypto';

/** What stands before the very first row. */
export const CHAIN_START: Uint8Array = new Uint8Array(32);

const HASH_BYTES = 32;
const SEQ_AT = HASH_BYTES;
const ARRIVED_AT = SEQ_AT + 8;
const KIND_AT = ARRIVED_AT + 8;
const BODY_AT = KIND_AT + 1;
const HIGH_HALF = 2 ** 32;

export interface ChainedRow {
  readonly seq: number;
  readonly arrived: number;
  readonly kind: number;
  readonly body: Uint8Array;
}

/** A row as it lies in a segment. */
export interface StoredRow extends ChainedRow {
  readonly count: number;
  readonly hash: Uint8Array;
}

/** Filled anew for each row: every reader hashes every row, and garbage would cost more than the hash. */
let scratch = Buffer.alloc(65_536);

/** SHA-256(hash of the row before ‖ seq ‖ arrived ‖ kind ‖ body); seq and arrived as 8 bytes, big-endian, kind as one. */
export const chainHash = (previous: Uint8Array, row: ChainedRow): Uint8Array =>
  Buffer.from(digest(previous, row), 'latin1');

/** Whether the row is the very one that was written after a row of this hash. */
export const follows = (previous: Uint8Array, row: StoredRow): boolean =>
  digest(previous, row) === Buffer.prototype.latin1Slice.call(row.hash);

/** As text of one character a byte: Node gives it in a third of the time that a buffer takes. */
function digest(previous: Uint8Array, { seq, arrived, kind, body }: ChainedRow): string {
  const length = BODY_AT + body.length;
  if (length > scratch.length) scratch = Buffer.alloc(2 * length);
  scratch.set(previous);
  writeWhole(scratch, seq, SEQ_AT);
  writeWhole(scratch, arrived, ARRIVED_AT);
  scratch[KIND_AT] = kind;
  scratch.set(body, BODY_AT);
  return hash('sha256', scratch.subarray(0, length), 'latin1');
}

/** Whether what SQLite gave has the form of a row; a flipped bit may have made a text of a blob. */
export function isStoredRow(found: object): found is StoredRow {
  const { seq, arrived, kind, count, body, hash } = found as Partial<Record<keyof StoredRow, unknown>>;
  return (
    isWhole(seq) &&
    isWhole(arrived) &&
    isWhole(count) &&
    // The hash covers the lowest byte of the kind only.
    isWhole(kind) &&
    kind <= 0xff &&
    body instanceof Uint8Array &&
    hash instanceof Uint8Array &&
    hash.length === HASH_BYTES
  );
}

const isWhole = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && Number.isSafeInteger(value);

function writeWhole(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32BE(Math.floor(value / HIGH_HALF), at);
  bytes.writeUInt32BE(value % HIGH_HALF, at + 4);
}
