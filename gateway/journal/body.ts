import { ByteReader, ByteWriter } from './bytes.ts';
import { hasValue } from './mark.ts';

/*
 * The body of a row of readings, on disk and on the way to the writer's thread:
 *
 *   body    = varint(number of definitions) definition* reading*
 *   definition = varint(point number) text(point id)           a point's first appearance in this segment
 *   reading = varint(point number) zigzag(at - at of the reading before, the first: - 0) byte(mark) float(value)?
 *
 * The definitions stand in the body so that the hash chain covers them.
 */

export class BodyWriter {
  readonly #definitions = new ByteWriter();
  readonly #readings = new ByteWriter();
  #defined = 0;
  #lastAt = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  define(no: number, id: string): void {
    this.#definitions.varint(no);
    this.#definitions.text(id);
    this.#defined += 1;
  }

  /** `value` is ignored when the mark says that there is none. */
  reading(no: number, at: number, value: number, mark: number): void {
    const bytes = this.#readings;
    bytes.varint(no);
    bytes.zigzag(at - this.#lastAt);
    bytes.byte(mark);
    if (hasValue(mark)) bytes.float(value);
    this.#lastAt = at;
    this.#count += 1;
  }

  /** The body so far; the next one begins. */
  take(): Uint8Array<ArrayBuffer> {
    const body = new ByteWriter();
    body.varint(this.#defined);
    body.raw(this.#definitions.take());
    body.raw(this.#readings.take());
    this.#defined = 0;
    this.#lastAt = 0;
    this.#count = 0;
    return body.take();
  }
}

export interface BodyVisitor {
  point(no: number, id: string): void;
  /** `value` is NaN when there is none. */
  reading(no: number, at: number, value: number, mark: number): void;
}

/** The definitions alone: they stand in front. Throws a RangeError when the bytes are not a body. */
export function readDefinitions(bytes: Uint8Array, point: BodyVisitor['point']): void {
  define(new ByteReader(bytes), point);
}

/** Throws a RangeError when the bytes are not a body. */
export function readBody(bytes: Uint8Array, visitor: BodyVisitor): void {
  const reader = new ByteReader(bytes);
  define(reader, (no, id) => visitor.point(no, id));
  let at = 0;
  while (!reader.done) {
    const no = reader.varint();
    at += reader.zigzag();
    const mark = reader.byte();
    visitor.reading(no, at, hasValue(mark) ? reader.float() : Number.NaN, mark);
  }
}

function define(reader: ByteReader, point: BodyVisitor['point']): void {
  for (let left = reader.varint(); left > 0; left--) point(reader.varint(), reader.text());
}
