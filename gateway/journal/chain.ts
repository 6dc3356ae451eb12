import { hash } from 'node:crypto';

/** What stands before the very first row. */
export const CHAIN_START: Uint8Array = new Uint8Array(32);

export interface ChainedRow {
  readonly seq: number;
  readonly arrived: number;
  readonly kind: number;
  readonly body: Uint8Array;
}

/** SHA-256(hash of the row before ‖ seq ‖ arrived ‖ kind ‖ body); seq and arrived as 8 bytes, big-endian, kind as one. */
export function chainHash(previous: Uint8Array, { seq, arrived, kind, body }: ChainedRow): Uint8Array {
  const head = new DataView(new ArrayBuffer(17));
  head.setBigUint64(0, BigInt(seq));
  head.setBigUint64(8, BigInt(arrived));
  head.setUint8(16, kind);
  return hash('sha256', Buffer.concat([previous, new Uint8Array(head.buffer), body]), 'buffer');
}
