import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../firmware-sim/physics/random.ts';

export interface Arrival {
  readonly key: string;
  readonly event: string;
  readonly person: string;
  readonly repeat: boolean;
}

/** Share of messages whose answer is held back, and for how long at most. */
const HELD = { share: 0.3, forMs: 80 };
/** Share of questions for a receipt that are answered with "pending". */
const PENDING = 0.5;

/** A real HTTP server behind both channels. It takes a message at once and may hold the answer: then it is half sent. */
export class LifeReceiver {
  readonly arrivals: Arrival[] = [];
  readonly #random: Random;
  readonly #server = createServer((request, response) => void this.#take(request, response));
  /** Messages that were taken and not answered. */
  #held = 0;
  #watchers: (() => void)[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get held(): number {
    return this.#held;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** Resolves when the next message is taken and its answer held. */
  nextHeld(): Promise<void> {
    return new Promise((resolve) => this.#watchers.push(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') {
      response.end(this.#random() < PENDING ? 'pending' : 'delivered');
      return;
    }
    let text = '';
    try {
      for await (const chunk of request) text += chunk;
    } catch {
      // The sender died in the middle of its request: nothing arrived.
      return;
    }
    const { key, event, to, repeat } = JSON.parse(text);
    this.arrivals.push({ key, event, person: to.id, repeat });
    if (this.#random() < HELD.share) await this.#hold();
    response.end(`${key} ${to.id}`);
  }

  async #hold(): Promise<void> {
    this.#held++;
    for (const watcher of this.#watchers.splice(0)) watcher();
    await sleep(this.#random() * HELD.forMs);
    this.#held--;
  }
}
