import { connect, type Socket } from 'node:net';
import { type Ms, realClock, SECOND } from '#model/time';
import type { HygateClient } from '../kit/hygate-client.ts';
import { connectPacket, subscribePacket } from '../kit/mqtt-packet.ts';

const AGAIN: Ms = SECOND;

/** Pages: event streams that are read, and opened again when they end. */
export class Pages {
  readonly #client: HygateClient;
  readonly #stopped = new AbortController();
  #cut = new AbortController();
  /** Bytes that came. */
  bytes = 0;

  constructor(client: HygateClient) {
    this.#client = client;
  }

  open(count: number): void {
    for (let page = 0; page < count; page++) void this.#watch();
  }

  cut(): void {
    this.#cut.abort();
    this.#cut = new AbortController();
  }

  stop(): void {
    this.#stopped.abort();
    this.#cut.abort();
  }

  async #watch(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      try {
        const { body } = await this.#client.events(this.#cut.signal);
        for await (const chunk of body ?? []) this.bytes += chunk.length;
      } catch {
        // Cut, as planned; or the gateway ended it: the page comes again.
      }
      await realClock.sleep(AGAIN);
    }
  }
}

export interface SubscriberOptions {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Reads nothing that comes. */
  readonly frozen: boolean;
}

/** A program that subscribes to everything, and comes again when it is thrown out. */
export class Subscriber {
  readonly #options: SubscriberOptions;
  #socket: Socket | undefined;
  #stopped = false;
  bytes = 0;

  constructor(options: SubscriberOptions) {
    this.#options = options;
  }

  start(): void {
    const { port, user, password, frozen } = this.#options;
    const socket = connect({ port, host: '127.0.0.1' });
    this.#socket = socket;
    const clientId = frozen ? 'frozen' : 'reading';
    socket.on('connect', () => socket.write(connectPacket({ clientId, user, password })));
    socket.once('data', () => socket.write(subscribePacket('hygate/#')));
    socket.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      if (frozen) socket.pause();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (!this.#stopped) realClock.after(AGAIN, () => this.start());
    });
  }

  cut(): void {
    this.#socket?.destroy();
  }

  stop(): void {
    this.#stopped = true;
    this.cut();
  }
}
