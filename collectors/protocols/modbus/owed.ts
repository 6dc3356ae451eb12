import type { Ms } from '#model/time';
import { crc16 } from './frame.ts';

/** An answer that comes later than this after its question has been lost on the way, whatever a converter holds back. */
const LATEST: Ms = 10_000;
const EXCEPTION = 0x80;
const LONGEST_READ_CODE = 4;
/** Unit, code and length or exception code before the data, the CRC after them. */
const HEAD_BYTES = 3;
const CRC_BYTES = 2;

/**
 * The answers that a serial line's units may still give to questions that were given up. An RTU answer names its unit
 * and says how many bytes it brings, nothing else: two questions for as many bytes have answers that nobody can tell
 * apart. But a unit answers in the order in which it was asked. So an answer of a length that none of the owed ones
 * has belongs to the newest question, and with it every answer before it has come or is lost for good.
 */
export class Owed {
  /** Unit → data bytes → when it was asked, monotonic. */
  readonly #units = new Map<number, Map<number, Ms>>();

  /** The question was given up: its answer of so many data bytes may still come. */
  add(unit: number, bytes: number, now: Ms): void {
    const lengths = this.#units.get(unit) ?? new Map<number, Ms>();
    this.#units.set(unit, lengths.set(bytes, now));
  }

  /** The unit has answered a question that no owed answer could be taken for. */
  settle(unit: number): void {
    this.#units.delete(unit);
  }

  /** Whether the unit may still answer something old. */
  any(unit: number, now: Ms): boolean {
    return [...(this.#units.get(unit)?.values() ?? [])].some((askedAt) => now - askedAt < LATEST);
  }

  /** When the newest of the questions was asked whose answers may still come; long ago when there is none. */
  newest(unit: number): Ms {
    return Math.max(Number.NEGATIVE_INFINITY, ...(this.#units.get(unit)?.values() ?? []));
  }

  /** Whether an old answer of so many bytes may still come from the unit. */
  has(unit: number, bytes: number, now: Ms): boolean {
    const askedAt = this.#units.get(unit)?.get(bytes);
    return askedAt !== undefined && now - askedAt < LATEST;
  }

  /**
   * How many of the received bytes are a whole late answer; 0 when they do not begin with one, undefined while that
   * cannot be said. `expected` is the answer that is waited for.
   */
  lateBytes(
    received: Buffer,
    expected: { readonly unit: number; readonly bytes: number },
    now: Ms,
  ): number | undefined {
    const [unit, code, length] = received;
    if (unit === undefined || !this.any(unit, now)) return 0;
    if (code === undefined || length === undefined) return unit === expected.unit ? 0 : undefined;
    const isException = (code & EXCEPTION) !== 0;
    // Of the unit that is being asked an exception may be its answer to this very question.
    if (unit === expected.unit && (isException || length === expected.bytes)) return 0;
    if ((code & ~EXCEPTION) === 0 || (code & ~EXCEPTION) > LONGEST_READ_CODE) return 0;
    if (!isException && !this.has(unit, length, now)) return 0;
    return wholeFrame(received, HEAD_BYTES + (isException ? 0 : length) + CRC_BYTES);
  }
}

function wholeFrame(received: Buffer, size: number): number | undefined {
  if (received.length < size) return undefined;
  const body = received.subarray(0, size - CRC_BYTES);
  return crc16(body) === received.readUInt16LE(size - CRC_BYTES) ? size : 0;
}
