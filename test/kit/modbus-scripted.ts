import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Clock, Ms } from '#model/time';
import { crc16 } from '../../collectors/protocols/modbus/frame.ts';
import { until } from './until.ts';

export type ScriptedFraming = 'mbap' | 'rtu';

/** A read request as the server got it. */
export interface Asked {
  /** 1 for the first question of the server's life. */
  readonly serial: number;
  readonly transaction: number;
  readonly unit: number;
  readonly code: number;
  readonly address: number;
  readonly count: number;
  readonly socket: Socket;
  readonly framing: ScriptedFraming;
}

/** What the server does with a question. */
export type Behaviour = (asked: Asked) => void;

/** What stands in a register: its own address where that is even, the question's serial number where it is odd. */
const registerValue = (address: number, serial: number): number => (address % 2 === 0 ? address : serial);

const words = (values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
};

/** The data of a whole and right answer. */
export const dataOf = ({ address, count, serial }: Asked): Buffer =>
  words(Array.from({ length: count }, (_, index) => registerValue(address + index, serial)));

/** Unit, code and what follows, framed the way the question came. */
export function framed(asked: Asked, body: Buffer, transaction = asked.transaction): Buffer {
  if (asked.framing === 'rtu') {
    const crc = Buffer.alloc(2);
    crc.writeUInt16LE(crc16(body));
    return Buffer.concat([body, crc]);
  }
  return Buffer.concat([words([transaction, 0, body.length]), body]);
}

export const answerBody = (asked: Asked, data = dataOf(asked)): Buffer =>
  Buffer.concat([Buffer.from([asked.unit, asked.code, data.length]), data]);

/** The one right answer. */
export const rightAnswer = (asked: Asked): Buffer => framed(asked, answerBody(asked));

export const exceptionAnswer = (asked: Asked, code: number): Buffer =>
  framed(asked, Buffer.from([asked.unit, asked.code | 0x80, code]));

export const healthy: Behaviour = (asked) => void asked.socket.write(rightAnswer(asked));

/** A TCP server that does with each question what the test says. */
export class ScriptedModbus {
  behaviour: Behaviour = healthy;
  /** Questions so far. */
  asked = 0;
  connections = 0;
  port = 0;
  readonly #framing: ScriptedFraming;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #unsaid = 0;

  constructor(framing: ScriptedFraming) {
    this.#framing = framing;
    this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket));
  }

  /** Connections whose end it has not seen yet: of one that has ended it has read everything. */
  get open(): number {
    return this.#sockets.size;
  }

  async start(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
    return this.port;
  }

  /** To whoever is connected now, as a converter does with what comes from its serial side. */
  broadcast(bytes: Buffer): void {
    for (const socket of this.#sockets) socket.write(bytes);
  }

  /** The same after so many ms of the clock. */
  broadcastLater(delay: Ms, bytes: Buffer, clock: Clock): void {
    this.#unsaid++;
    clock.after(delay, () => {
      this.#unsaid--;
      this.broadcast(bytes);
    });
  }

  /** Nothing that was to be said late is still to come. */
  async saidAll(): Promise<void> {
    await until('late answers are sent', () => this.#unsaid === 0);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    this.connections++;
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    let received: Buffer = Buffer.alloc(0);
    const size = this.#framing === 'mbap' ? 12 : 8;
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      while (received.length >= size) {
        const frame = received.subarray(0, size);
        received = received.subarray(size);
        this.behaviour(this.#read(frame, socket));
      }
    });
  }

  #read(frame: Buffer, socket: Socket): Asked {
    const body = frame.subarray(this.#framing === 'mbap' ? 6 : 0);
    return {
      serial: ++this.asked,
      transaction: this.#framing === 'mbap' ? frame.readUInt16BE(0) : 0,
      unit: body.readUInt8(0),
      code: body.readUInt8(1),
      address: body.readUInt16BE(2),
      count: body.readUInt16BE(4),
      socket,
      framing: this.#framing,
    };
  }
}
