import { execFile } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import type { Simulation } from '../../firmware-sim/simulation.ts';

/** Where the site file says that a Modbus device is. */
export function addressOf(simulation: Simulation, id: string): { port: number; unit: number } {
  const { devices } = parse(simulation.siteFile()) as { devices: { id: string; connect: string }[] };
  const url = new URL(devices.find((device) => device.id === id)?.connect ?? 'missing:');
  return { port: Number(url.port), unit: Number(url.searchParams.get('unit')) };
}

const run = promisify(execFile);

/** libmodbus through Debian's mbpoll: a client that shares no line with ours. `types` as its manual: 3, 4, 4:float… */
export async function mbpoll(port: number, unit: number, args: readonly string[]): Promise<string> {
  const all = ['-m', 'tcp', '-p', String(port), '-a', String(unit), '-0', '-1', ...args, '127.0.0.1'];
  const { stdout } = await run('mbpoll', all);
  return stdout;
}

/** The numbers that mbpoll printed, by address. */
export const values = (printed: string): Record<string, number> =>
  Object.fromEntries(
    [...printed.matchAll(/^\[(\d+)\]:\s+(-?[\d.e+-]+)/gm)].map(([, address, value]) => [
      address,
      Number(value),
    ]),
  );

/** A raw connection: what is sent and what comes, byte by byte. */
export class Wire {
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);
  closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
    });
  }

  static open(port: number): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new Wire(socket)));
      socket.once('error', reject);
    });
  }

  send(hex: string): void {
    this.#socket.write(Buffer.from(hex, 'hex'));
  }

  /** All that came so far. */
  get hex(): string {
    return this.#bytes.toString('hex');
  }

  forget(): void {
    this.#bytes = Buffer.alloc(0);
  }

  close(): void {
    this.#socket.destroy();
  }
}
