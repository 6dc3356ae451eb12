import { createServer, type Server, type Socket } from 'node:net';
import type { Part } from '#model/part';
import type { Clock } from '#model/time';
import type { ActiveAnswerFault, ActiveFaults } from '../faults/active.ts';
import { spoil } from '../faults/answer.ts';
import type { Random } from '../physics/random.ts';
import { type Framing, type Request, rtuFraming, tcpFraming } from './framing.ts';
import { EXCEPTIONS, exception, type Registers } from './registers.ts';

export interface Unit {
  readonly registers: Registers;
  readonly faults: ActiveFaults;
}

export interface ModbusLineOptions {
  readonly kind: 'tcp' | 'rtu-over-tcp';
  readonly host: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** One listener with the units behind it: a Modbus TCP device, a gateway, or a serial server with its bus. */
export class ModbusLine implements Part {
  readonly name = 'modbus-line';
  readonly units = new Map<number, Unit>();
  readonly #options: ModbusLineOptions;
  readonly #framing: Framing;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  /** Until when a slow unit keeps the line; monotonic. */
  #busyUntil = 0;

  constructor(options: ModbusLineOptions) {
    this.#options = options;
    this.#framing = options.kind === 'tcp' ? tcpFraming : rtuFraming;
  }

  get kind(): ModbusLineOptions['kind'] {
    return this.#options.kind;
  }

  get host(): string {
    return this.#options.host;
  }

  /** Known from the first start on; the same after every later one. */
  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, this.#options.host, resolve);
    });
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  /** Ends the listener and every connection: who comes now is refused. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    let rest: Buffer = Buffer.alloc(0);
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A client that goes away in the middle of an answer is its own affair; 'close' follows.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      const taken = this.#framing.take(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]));
      rest = taken.rest;
      socket.cork();
      for (const request of taken.requests) this.#serve(socket, request);
      socket.uncork();
      if (taken.broken) socket.destroy();
    });
  }

  #serve(socket: Socket, request: Request): void {
    const unit = this.units.get(request.unit);
    if (unit === undefined) {
      this.#serveNobody(socket, request);
      return;
    }
    const answer = { ...request, pdu: unit.registers.answer(request.pdu) };
    const fault = unit.faults.answer;
    if (fault === undefined) this.#send(socket, this.#framing.wrap(answer), 0);
    else this.#misbehave(socket, answer, fault);
  }

  /** A Modbus TCP gateway says that its target is not there; on a serial bus nobody speaks. */
  #serveNobody(socket: Socket, request: Request): void {
    if (this.kind === 'rtu-over-tcp') return;
    const pdu = exception(request.pdu[0] ?? 0, EXCEPTIONS.noTarget);
    this.#send(socket, this.#framing.wrap({ ...request, pdu }), 0);
  }

  #misbehave(socket: Socket, answer: Request, { name, options }: ActiveAnswerFault): void {
    const { random, clock } = this.#options;
    const spoiled = spoil(name, answer, { framing: this.#framing, options, random });
    if (spoiled.closes) return void socket.destroy();
    if (spoiled.bytes === null) return;
    if (spoiled.holds) this.#busyUntil = Math.max(this.#busyUntil, clock.monotonic()) + spoiled.delay;
    this.#send(socket, spoiled.bytes, spoiled.holds ? 0 : spoiled.delay);
  }

  #send(socket: Socket, bytes: Buffer, delay: number): void {
    const wait =
      this.#busyUntil === 0 ? delay : Math.max(delay, this.#busyUntil - this.#options.clock.monotonic());
    if (wait <= 0) return void socket.write(bytes);
    this.#options.clock.after(wait, () => {
      if (!socket.destroyed) socket.write(bytes);
    });
  }
}
