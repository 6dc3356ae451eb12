import { connect, type Socket } from 'node:net';
import { goodSample } from '#model/reading';
import { type EpochMs, type Ms, realClock, type Timer } from '#model/time';
import { topicsOf } from '#model/topic';
import { encodeSamples } from '#model/wire';
import { connectPacket, PUBACK_BYTES, publishPacket } from '../kit/mqtt-packet.ts';
import { KEYS, type Oracle } from './oracle.ts';

export interface TorturedLoggerOptions {
  readonly id: string;
  readonly site: string;
  readonly password: string;
  readonly port: number;
  /** Rounds in a message. */
  readonly rounds: number;
  readonly oracle: Oracle;
  /** Called at every PUBACK, with the time at which its connection was opened, and how long it took. */
  readonly onAcknowledged: (connectedAt: EpochMs, after: Ms) => void;
}

/** Messages on their way at once. */
const WINDOW = 64;
const REDIAL: Ms = 25;
const LOOK_EVERY: Ms = 20;
/** Of packet ids: as many as are never on their way at once. */
const IDS = 60_000;

/**
 * A logger with a memory: it measures on, whether the broker is there or not, and sends again whatever was not
 * acknowledged, in order.
 */
export class TorturedLogger {
  readonly #options: TorturedLoggerOptions;
  readonly #topic: string;
  readonly #startedAt = realClock.monotonic();
  /** Messages in order; before the first: acknowledged. Between the two: on their way. */
  #first = 0;
  #next = 0;
  readonly #acknowledged = new Set<number>();
  readonly #sentAt = new Map<number, Ms>();
  #socket: Socket | undefined;
  #connectedAt: EpochMs = 0;
  #redialling: Timer | undefined;
  #looking: Timer | undefined;
  /** Messages in all, once it measures no more. */
  #measured: number | undefined;
  #stopped = false;

  constructor(options: TorturedLoggerOptions) {
    this.#options = options;
    this.#topic = topicsOf(options.site).in(options.id);
  }

  start(): void {
    this.#dial();
    this.#look();
  }

  /** From now on it only sends what it has. */
  finish(): void {
    this.#measured = this.#due();
  }

  /** Everything that it measured is acknowledged. */
  get done(): boolean {
    return this.#measured !== undefined && this.#first >= this.#measured;
  }

  /** The connection breaks. */
  cut(): void {
    this.#socket?.destroy();
  }

  stop(): void {
    this.#stopped = true;
    this.#redialling?.cancel();
    this.#looking?.cancel();
    this.#socket?.destroy();
  }

  /** Whole messages that it has measured. */
  #due(): number {
    if (this.#measured !== undefined) return this.#measured;
    const { oracle, rounds } = this.#options;
    return Math.floor((realClock.monotonic() - this.#startedAt) / oracle.step / rounds);
  }

  #look(): void {
    this.#send();
    this.#looking = realClock.after(LOOK_EVERY, () => this.#look());
  }

  #dial(): void {
    const { id, password, port } = this.#options;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let rest = Buffer.alloc(0);
    let welcome = false;
    socket.on('connect', () => {
      this.#connectedAt = realClock.wall();
      socket.write(connectPacket({ clientId: id, user: id, password }));
    });
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= PUBACK_BYTES) {
        const answer = rest.subarray(0, PUBACK_BYTES);
        rest = rest.subarray(PUBACK_BYTES);
        if (welcome) this.#acknowledge(answer.readUInt16BE(2));
        else if (answer[3] !== 0) throw new Error(`${id} was refused: ${answer.toString('hex')}`);
        else welcome = true;
      }
      if (!welcome) return;
      this.#socket = socket;
      this.#send();
    });
    // Refused, reset: the gateway has just been killed. 'close' follows.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#socket = undefined;
      this.#next = this.#first;
      if (!this.#stopped) this.#redialling = realClock.after(REDIAL, () => this.#dial());
    });
  }

  #send(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    const until = Math.min(this.#due(), this.#first + WINDOW);
    const { oracle, rounds } = this.#options;
    oracle.sent(until * rounds);
    for (; this.#next < until; this.#next++) {
      if (this.#acknowledged.has(this.#next)) continue;
      this.#sentAt.set(this.#next, realClock.monotonic());
      socket.write(publishPacket(this.#topic, (this.#next % IDS) + 1, this.#message(this.#next)));
    }
  }

  #message(number: number): string {
    const { oracle, rounds } = this.#options;
    const samples = Array.from({ length: rounds }, (_, index) => number * rounds + index).flatMap((round) =>
      KEYS.map((key, place) => goodSample(key, oracle.at(round), oracle.value(round, place))),
    );
    return encodeSamples(samples);
  }

  #acknowledge(id: number): void {
    const { oracle, rounds, onAcknowledged } = this.#options;
    const number = this.#first + ((id - 1 - (this.#first % IDS) + IDS) % IDS);
    if (number >= this.#next) throw new Error(`${this.#options.id}: an acknowledgement of what was not sent`);
    const after = realClock.monotonic() - (this.#sentAt.get(number) ?? Number.NaN);
    this.#sentAt.delete(number);
    this.#acknowledged.add(number);
    oracle.acknowledge(number * rounds, (number + 1) * rounds);
    while (this.#acknowledged.delete(this.#first)) this.#first += 1;
    onAcknowledged(this.#connectedAt, after);
  }
}
