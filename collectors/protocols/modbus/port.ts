import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { ModbusFault } from './fault.ts';
import { answerLength, type Expected, expectedAnswer, type Framing, takeAnswer, toMbap } from './frame.ts';

/** How many bytes at the beginning are an answer to an older question; undefined while that cannot be said. */
export type LateBytes = (received: Buffer, expected: Expected) => number | undefined;

const NOTHING = Buffer.alloc(0);

/** Counted through all connections, so that an answer which a gateway hands to our next connection fits no question. */
let transaction = 0;

/**
 * A port for modbus-serial over an open stream: one question at a time, and nothing but its whole, exact answer gets
 * through. Emits `data` with the answer as an RTU frame, and `fault` once when the stream can no longer be trusted.
 */
export class AnswerPort extends EventEmitter {
  isOpen = true;
  /** Bytes came that nobody asked for. */
  strays = 0;
  fault: ModbusFault | undefined;
  readonly #stream: Duplex;
  readonly #framing: Framing;
  readonly #lateBytes: LateBytes;
  #expected: Expected | undefined;
  #received: Buffer = NOTHING;

  constructor(stream: Duplex, framing: Framing, lateBytes: LateBytes) {
    super();
    this.#lateBytes = lateBytes;
    this.#stream = stream;
    this.#framing = framing;
  }

  /** True while an answer has begun to come, but is not whole. */
  get midAnswer(): boolean {
    return this.#received.length > 0;
  }

  open(done: () => void): void {
    this.#stream.on('data', (bytes: Buffer) => this.#take(bytes));
    const closed = () => this.#break(new ModbusFault('comm-refused', 'the other end closed the connection'));
    this.#stream.on('end', closed);
    this.#stream.on('close', closed);
    this.#stream.on('error', (error) => this.#break(new ModbusFault('comm-refused', error.message)));
    done();
  }

  /** Called by modbus-serial with a whole RTU frame. */
  write(request: Buffer): void {
    transaction = (transaction + 1) & 0xffff;
    this.#expected = expectedAnswer(request, transaction);
    this.#received = NOTHING;
    this.#stream.write(this.#framing === 'mbap' ? toMbap(request, transaction) : request);
  }

  #take(bytes: Buffer): void {
    if (this.#expected === undefined) {
      this.strays += bytes.length;
      return;
    }
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    try {
      if (this.#dropLate(this.#expected)) this.#takeAnswer(this.#expected);
    } catch (error) {
      this.#break(error instanceof ModbusFault ? error : new ModbusFault('decode', String(error)));
    }
  }

  /** An RTU answer says neither which question it answers nor when that was asked. False while more must come. */
  #dropLate(expected: Expected): boolean {
    if (this.#framing === 'mbap') return true;
    for (;;) {
      const late = this.#lateBytes(this.#received, expected);
      if (late === undefined) return false;
      if (late === 0) return true;
      this.#received = this.#received.subarray(late);
    }
  }

  #takeAnswer(expected: Expected): void {
    const answer = takeAnswer(this.#framing, this.#withoutLateTail(expected), expected);
    if (answer === undefined) return;
    this.#expected = undefined;
    this.#received = NOTHING;
    this.emit('data', answer);
  }

  /** A late answer of another unit may follow ours closely; what of it is still to come counts as strays. */
  #withoutLateTail(expected: Expected): Buffer {
    const own = answerLength(this.#framing, this.#received, expected);
    const tail = this.#received.subarray(own);
    if (this.#framing === 'mbap' || tail.length === 0) return this.#received;
    const late = this.#lateBytes(tail, expected);
    if (late === undefined) this.strays += tail.length;
    return late === undefined || late === tail.length ? this.#received.subarray(0, own) : this.#received;
  }

  #break(fault: ModbusFault): void {
    if (this.fault !== undefined) return;
    this.isOpen = false;
    this.fault = fault;
    this.emit('fault', fault);
  }
}
