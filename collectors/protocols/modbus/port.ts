import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { ModbusFault } from './fault.ts';
import { type Expected, expectedAnswer, type Framing, takeAnswer, toMbap } from './frame.ts';

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
  #expected: Expected | undefined;
  #received: Buffer = NOTHING;

  constructor(stream: Duplex, framing: Framing) {
    super();
    this.#stream = stream;
    this.#framing = framing;
  }

  /** True while an answer has begun to come, but is not whole. */
  get midAnswer(): boolean {
    return this.#received.length > 0;
  }

  open(done: () => void): void {
    this.#stream.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#stream.on('close', () =>
      this.#break(new ModbusFault('comm-refused', 'the other end closed the connection')),
    );
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
      const answer = takeAnswer(this.#framing, this.#received, this.#expected);
      if (answer === undefined) return;
      this.#expected = undefined;
      this.#received = NOTHING;
      this.emit('data', answer);
    } catch (error) {
      this.#break(error instanceof ModbusFault ? error : new ModbusFault('decode', String(error)));
    }
  }

  #break(fault: ModbusFault): void {
    if (this.fault !== undefined) return;
    this.isOpen = false;
    this.fault = fault;
    this.emit('fault', fault);
  }
}
