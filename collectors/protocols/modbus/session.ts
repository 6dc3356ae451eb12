import type { Duplex } from 'node:stream';
import modbus from 'modbus-serial';
import type { RegisterTable } from '#model/driver';
import type { Clock, Ms } from '#model/time';
import { ModbusFault } from './fault.ts';
import type { Framing } from './frame.ts';
import { heard } from './heard.ts';
import { AnswerPort, type LateBytes } from './port.ts';

/** One read on the wire. */
export interface Question {
  readonly unit: number;
  readonly table: RegisterTable;
  readonly address: number;
  /** Registers, or bits of a coil or discrete table. */
  readonly count: number;
  /** Longest time to the answer, from the moment the question is sent. */
  readonly timeoutMs: Ms;
  /** Rest on the wire before the question. */
  readonly pauseMs: Ms;
  /** How often it is asked: a wire that cannot be opened is tried again within half of it. */
  readonly periodMs: Ms;
}

/** Data bytes of a whole answer. */
export const answerBytes = ({ table, count }: Question): number =>
  table === 'coil' || table === 'discrete' ? Math.ceil(count / 8) : count * 2;

export interface SessionOptions {
  readonly framing: Framing;
  readonly clock: Clock;
  readonly lateBytes: LateBytes;
}

const READS = { coil: 'writeFC1', discrete: 'writeFC2', holding: 'writeFC3', input: 'writeFC4' } as const;

/**
 * One connection with a modbus-serial client of its own. It is thrown away after the first thing that goes wrong on
 * it, so nothing that comes late or crossed can reach a later question.
 */
export class Session {
  /** Whole answers it has brought, exceptions too. */
  answers = 0;
  /** When its newest question was sent, monotonic. */
  askedAt: Ms = 0;
  readonly #stream: Duplex;
  readonly #port: AnswerPort;
  readonly #client: InstanceType<typeof modbus.default>;
  readonly #clock: Clock;
  #spent = false;

  constructor(stream: Duplex, { framing, clock, lateBytes }: SessionOptions) {
    this.#stream = stream;
    this.#clock = clock;
    this.#port = new AnswerPort(stream, framing, lateBytes);
    this.#client = new modbus.default(this.#port);
    this.#client.open();
  }

  /** May be asked: open, in step, and silent since the last answer. */
  get usable(): boolean {
    return !this.#spent && this.#port.fault === undefined && this.#port.strays === 0;
  }

  /** Bytes came that nobody had asked for. */
  get hadStrays(): boolean {
    return this.#port.strays > 0;
  }

  /** The data bytes of the answer; rejects with a ModbusFault. */
  ask({ unit, table, address, count, timeoutMs }: Question): Promise<Buffer> {
    this.askedAt = this.#clock.monotonic();
    return new Promise((resolve, reject) => {
      let listening: NodeJS.Immediate | undefined;
      const settle = (conclude: () => void) => {
        timer.cancel();
        clearImmediate(listening);
        this.#port.off('fault', fail);
        conclude();
      };
      const fail = (fault: ModbusFault) => {
        this.#spent = true;
        settle(() => reject(fault));
      };
      // After a moment in which this process stood still the answer may lie there, unread: that is read first.
      const timer = this.#clock.after(timeoutMs, () => {
        listening = setImmediate(() => fail(this.#silence(unit, timeoutMs)));
      });
      this.#port.once('fault', fail);
      if (this.#port.fault !== undefined) return fail(this.#port.fault);
      this.#client[READS[table]](unit, address, count, (error, result) => {
        const fault = error ? faultOf(error) : undefined;
        if (fault !== undefined && fault.exception === null) return fail(fault);
        this.answers++;
        settle(() => (fault === undefined ? resolve(result.buffer) : reject(fault)));
      });
    });
  }

  /** Waits until nothing has come for `quiet`, and forgets what came; false when the wire does not fall silent. */
  async fallSilent(quiet: Ms): Promise<boolean> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const before = this.#port.strays;
      await this.#clock.sleep(quiet);
      await heard();
      if (this.#port.strays === before) {
        this.#port.strays = 0;
        return true;
      }
    }
    return false;
  }

  /** Resolves when the other end has let go of the connection, too, or has not done so for `patience`. */
  async leave(patience: Ms): Promise<void> {
    this.#spent = true;
    if (this.#stream.closed) return;
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(patience, resolve);
      this.#stream.once('close', () => {
        timer.cancel();
        resolve();
      });
      this.#stream.end();
    });
    this.#stream.destroy();
  }

  close(): void {
    this.#spent = true;
    this.#stream.destroy();
  }

  #silence(unit: number, timeoutMs: Ms): ModbusFault {
    return this.#port.midAnswer
      ? new ModbusFault('decode', `unit ${unit} began an answer and did not end it within ${timeoutMs} ms`)
      : new ModbusFault('comm-timeout', `unit ${unit} did not answer within ${timeoutMs} ms`);
  }
}

const MOST_ROUNDS = 5;

/** Modbus Application Protocol V1.1b3, clause 7, code 0B: "usually means that the device is not present". */
const NOBODY_THERE = 11;
const NOBODY =
  'Modbus exception 11: no device answers as this unit; check the unit number, its power and wire';

function faultOf(error: Error & { modbusCode?: number }): ModbusFault {
  const { modbusCode, message } = error;
  return modbusCode === undefined
    ? new ModbusFault('decode', message)
    : new ModbusFault('device-exception', modbusCode === NOBODY_THERE ? NOBODY : message, modbusCode);
}
