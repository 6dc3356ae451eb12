import { connect, createServer, type Server, type Socket } from 'node:net';
import { type Clock, realClock } from '#model/time';
import { type Random, seededRandom } from '../../firmware-sim/physics/random.ts';
import { freePort } from './free-port.ts';
import type { WireFault } from './wire-fault.ts';
import { WirePipe } from './wire-pipe.ts';

export interface FaultProxyOptions {
  /** Where the real server listens on 127.0.0.1. */
  readonly target: number;
  readonly seed: number;
  /** Left out: the real one. */
  readonly clock?: Clock;
}

/**
 * What becomes of a new connection: `hold` accepts it and then nothing ever comes; `reset` ends it at once; `only` lets
 * it pass when no other is open, and resets it otherwise.
 */
export type Welcome = 'pass' | 'hold' | 'reset' | 'only';

interface Pair {
  readonly client: Socket;
  /** Of a held connection nothing leads to the server. */
  readonly server: Socket | undefined;
}

/**
 * A TCP proxy on loopback between a client and a server, that goes wrong as it is told. `up` is what the client says,
 * `down` what the server says. Faults may be set at any time; they take hold of the next segment of every connection.
 *
 *     const proxy = new FaultProxy({ target: server.port, seed });
 *     const port = await proxy.start();
 *     proxy.down = { delay: 1500 };       // late answers
 *     proxy.up = proxy.down = { swallow: true };   // half-open
 *     proxy.heal();
 */
export class FaultProxy {
  up: WireFault = {};
  down: WireFault = {};
  welcome: Welcome = 'pass';
  /** Accepted so far. */
  connections = 0;
  port = 0;
  readonly #target: number;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #pairs = new Set<Pair>();
  #server: Server | undefined;

  constructor({ target, seed, clock = realClock }: FaultProxyOptions) {
    this.#target = target;
    this.#clock = clock;
    this.#random = seededRandom(seed, 'wire');
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#pairs.size;
  }

  /** Listens; after `refuse` at the same port again. Returns the port. */
  async start(): Promise<number> {
    if (this.#server !== undefined) return this.port;
    if (this.port === 0) this.port = await freePort();
    const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => this.#accept(client));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    return this.port;
  }

  /** Ends every connection, at both ends: with FIN, or with RST. */
  cut(how: 'end' | 'reset' = 'end'): void {
    for (const { client, server } of this.#pairs) {
      for (const socket of [client, server]) how === 'end' ? socket?.destroy() : socket?.resetAndDestroy();
    }
  }

  /** Nobody listens any more, and connections end: the next ones are refused until `start`. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.cut('reset');
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  }

  /** A good wire again. What was swallowed stays lost. */
  heal(): void {
    this.up = {};
    this.down = {};
    this.welcome = 'pass';
  }

  stop(): Promise<void> {
    return this.refuse();
  }

  #accept(client: Socket): void {
    this.connections++;
    client.on('error', () => client.destroy());
    const isTooMany = this.welcome === 'only' && this.open > 0;
    if (this.welcome === 'reset' || isTooMany) return void client.resetAndDestroy();
    if (this.welcome === 'hold') this.#keep({ client, server: undefined });
    else this.#connect(client);
  }

  #connect(client: Socket): void {
    const server = connect({ host: '127.0.0.1', port: this.#target, noDelay: true, allowHalfOpen: true });
    server.on('error', () => client.resetAndDestroy());
    this.#keep({ client, server });
    const common = { random: this.#random, clock: this.#clock };
    new WirePipe({ ...common, from: client, to: server, fault: () => this.up }).start();
    new WirePipe({ ...common, from: server, to: client, fault: () => this.down }).start();
  }

  #keep(pair: Pair): void {
    this.#pairs.add(pair);
    const sockets = [pair.client, pair.server].filter((socket) => socket !== undefined);
    for (const socket of sockets) {
      socket.on('close', () => sockets.every(({ destroyed }) => destroyed) && this.#pairs.delete(pair));
    }
    if (pair.server === undefined) pair.client.resume().on('end', () => pair.client.destroy());
  }
}
