/*
 * The form of a write-ahead log, from "WAL-mode File Format" (sqlite.org/walformat.html): a header of 32 bytes, then
 * frames of 24 bytes and a page. A frame counts when it has the header's salts and its checksum goes on from the frame
 * before. SQLite passes over everything from the first frame that does not: what was cut off so, it does not say.
 */
const HEADER_BYTES = 32;
const FRAME_BYTES = 24;
const MAGIC = 0x377f0682;

export interface WalFacts {
  /** Frames that count. */
  readonly frames: number;
  /** What is behind them and was meant to count; null when all is well. */
  readonly broken: string | null;
}

type Checksum = readonly [number, number];

/** Looks at every frame. An empty log is well. */
export function checkWal(wal: Buffer): WalFacts {
  if (wal.length === 0) return { frames: 0, broken: null };
  if (wal.length < HEADER_BYTES || !isHeader(wal)) {
    return { frames: 0, broken: 'its header is not as SQLite writes it: all of it is passed over' };
  }
  const size = FRAME_BYTES + wal.readUInt32BE(8);
  const whole = Math.floor((wal.length - HEADER_BYTES) / size);
  let sum = sumAt(wal, 24);
  for (let index = 0; index < whole; index++) {
    const frame = wal.subarray(HEADER_BYTES + index * size, HEADER_BYTES + (index + 1) * size);
    const next = frameSum(wal, frame, sum);
    if (!isSame(next, sumAt(frame, 16)) || !hasSalts(wal, frame)) {
      return {
        frames: index,
        broken: brokenAt(wal, { index, whole, size, continues: isSame(next, sumAt(frame, 16)) }),
      };
    }
    sum = next;
  }
  return { frames: whole, broken: tornEnd(wal, HEADER_BYTES + whole * size) };
}

/** Frames of an older round of the log may stand behind the last; those of this round must not. */
function brokenAt(
  wal: Buffer,
  at: { readonly index: number; readonly whole: number; readonly size: number; readonly continues: boolean },
): string | null {
  let lost = at.continues ? 1 : 0;
  for (let index = at.index; index < at.whole; index++) {
    if (hasSalts(wal, wal.subarray(HEADER_BYTES + index * at.size))) lost += 1;
  }
  if (lost === 0) return null;
  return `frame ${at.index + 1} is not as it was written: ${lost} frames from there on are passed over (a power cut in the middle of a write leaves the same trace, until the next start)`;
}

/** Part of a frame at the end: with this round's salts it was meant to be one. */
function tornEnd(wal: Buffer, from: number): string | null {
  const rest = wal.subarray(from);
  return rest.length >= FRAME_BYTES && hasSalts(wal, rest) ? 'its last frame is cut off' : null;
}

const isHeader = (wal: Buffer): boolean =>
  (wal.readUInt32BE(0) & 0xfffffffe) >>> 0 === MAGIC &&
  isSame(checksum(wal, wal.subarray(0, 24), [0, 0]), sumAt(wal, 24));

const hasSalts = (wal: Buffer, frame: Buffer): boolean =>
  frame.length >= FRAME_BYTES && wal.compare(frame, 8, 16, 16, 24) === 0;

const frameSum = (wal: Buffer, frame: Buffer, before: Checksum): Checksum =>
  checksum(wal, frame.subarray(FRAME_BYTES), checksum(wal, frame.subarray(0, 8), before));

const sumAt = (bytes: Buffer, at: number): Checksum => [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];

const isSame = (a: Checksum, b: Checksum): boolean => a[0] === b[0] && a[1] === b[1];

/** Over pairs of 32-bit words, in the byte order that the last bit of the magic number says. */
function checksum(wal: Buffer, bytes: Buffer, [a, b]: Checksum): Checksum {
  const littleEndian = (wal[3] ?? 0) % 2 === 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    a = (a + view.getUint32(at, littleEndian) + b) >>> 0;
    b = (b + view.getUint32(at + 4, littleEndian) + a) >>> 0;
  }
  return [a, b];
}
