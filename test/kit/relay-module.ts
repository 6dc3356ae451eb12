import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import modbus, { type ServerTCP } from 'modbus-serial';
import { freePort } from './free-port.ts';

const { ServerTCP: Server } = modbus;

/** A relay module on Modbus TCP, by modbus-serial's own server. */
export interface RelayModule {
  readonly port: number;
  readonly coils: Map<number, boolean>;
  /** Every write that ever came, `7=on`. */
  readonly writes: string[];
  /** Coils of relays that are broken: what is written to them does not change them. */
  readonly stuck: Set<number>;
  /** It loses power: connections are cut, every coil is off. */
  powerOff(): Promise<void>;
  powerOn(): Promise<void>;
}

export async function startRelayModule(): Promise<RelayModule> {
  const port = await freePort();
  const coils = new Map<number, boolean>();
  const writes: string[] = [];
  const stuck = new Set<number>();
  let server: ServerTCP | undefined;
  const vector = {
    getCoil: (address: number) => coils.get(address) ?? false,
    setCoil: (address: number, on: boolean) => {
      writes.push(`${address}=${on ? 'on' : 'off'}`);
      if (!stuck.has(address)) coils.set(address, on);
    },
    setRegister: (address: number) => {
      writes.push(`register ${address}`);
    },
  };
  const powerOn = async () => {
    server = new Server(vector, { host: '127.0.0.1', port });
    server.on('error', () => undefined);
    await once(server, 'initialized');
  };
  const powerOff = async () => {
    const old = server;
    server = undefined;
    coils.clear();
    if (old !== undefined) await new Promise<void>((resolve) => old.close(() => resolve()));
  };
  await powerOn();
  return { port, coils, writes, stuck, powerOff, powerOn };
}

/** Takes connections and says nothing. */
export async function startMute(): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, stop };
}
