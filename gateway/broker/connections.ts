import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Connection } from './connection.ts';

/** Connections of one address that have not logged in yet, at least. */
const MAX_STRANGERS = 50;

/** Everyone who is connected, and those among them whom nobody knows yet. */
export class Connections {
  /** Of one address. As many as the site knows clients: after a power cut all boxes behind one router come at once. */
  readonly maxStrangers: number;
  readonly #all = new Set<Connection>();
  readonly #strangers = new Map<Duplex, string>();
  readonly #strangersOf = new Map<string, number>();
  #held = false;

  constructor(knownClients: number) {
    this.maxStrangers = Math.max(MAX_STRANGERS, knownClients);
  }

  /** Undefined, and the socket is closed, when too many from there have not said who they are. */
  meet(socket: Socket): Connection | undefined {
    const address = socket.remoteAddress ?? '';
    const strangers = this.#strangersOf.get(address) ?? 0;
    if (strangers >= this.maxStrangers) {
      socket.destroy();
      return undefined;
    }
    const connection = new Connection(socket);
    this.#all.add(connection);
    this.#strangers.set(connection, address);
    this.#strangersOf.set(address, strangers + 1);
    connection.once('close', () => {
      this.#all.delete(connection);
      this.welcome(connection);
    });
    if (this.#held) connection.hold();
    return connection;
  }

  /** The other end has logged in, or is gone. */
  welcome(connection: Duplex): void {
    const address = this.#strangers.get(connection);
    if (address === undefined) return;
    this.#strangers.delete(connection);
    const others = (this.#strangersOf.get(address) ?? 1) - 1;
    if (others === 0) this.#strangersOf.delete(address);
    else this.#strangersOf.set(address, others);
  }

  /** Nobody is read from, or all are again. */
  hold(held: boolean): void {
    this.#held = held;
    for (const connection of this.#all) held ? connection.hold() : connection.release();
  }

  cutSlow(): void {
    for (const connection of this.#all) connection.cutIfSlow();
  }

  /** Something was told that the kernel has not taken yet. */
  get unsent(): boolean {
    return [...this.#all].some((connection) => connection.writableLength > 0);
  }

  end(): void {
    for (const connection of this.#all) connection.destroy();
  }
}
