import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { MAX_PAYLOAD_BYTES } from '#model/wire';
import { Cut } from './cut.ts';
import { Frames } from './frames.ts';

/** Room for the topic and the identifiers of a CONNECT or PUBLISH beside its payload. */
const MAX_PACKET_BYTES = MAX_PAYLOAD_BYTES + 4_096;

/**
 * Aedes handles at once every packet that one read brings and reads on when all of them are done. What it can read
 * at once is therefore what one client can have at the door at a time.
 */
const READ_AHEAD_BYTES = 128 * 1024;

/**
 * A full write buffer makes Aedes wait for the client, and with it the delivery to all others. So the buffer is
 * never full: `MAX_UNSENT_BYTES`, well below, ends the connection first.
 */
const WRITE_BUFFER_BYTES = 8 * 1024 * 1024;

/** A client that leaves so much unread is stuck, or too slow to be served. */
export const MAX_UNSENT_BYTES = 2 * 1024 * 1024;

type Done = (error?: Error | null) => void;

/** A client's socket with limits in both directions, as Aedes sees it. */
export class Connection extends Duplex {
  readonly #socket: Socket;
  readonly #frames = new Frames(MAX_PACKET_BYTES);
  #held = false;
  #wanted = false;

  constructor(socket: Socket) {
    super({ readableHighWaterMark: READ_AHEAD_BYTES, writableHighWaterMark: WRITE_BUFFER_BYTES });
    this.#socket = socket;
    socket.pause();
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** Stops reading from the client: the gateway cannot take more for the moment. */
  hold(): void {
    this.#held = true;
    this.#socket.pause();
  }

  release(): void {
    this.#held = false;
    if (this.#wanted) this.#socket.resume();
  }

  /** Ends the connection of a client that does not read. `writableLength` counts what the kernel did not take. */
  cutIfSlow(): void {
    if (this.writableLength <= MAX_UNSENT_BYTES) return;
    this.destroy(new Cut('slow-reader', 'the client does not read what it subscribed to'));
  }

  override _read(): void {
    this.#wanted = true;
    if (!this.#held) this.#socket.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: Done): void {
    this.#socket.write(chunk, encoding, done);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: Done): void {
    this.#socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: Done): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#socket.destroy();
    done(error);
  }

  #take(chunk: Buffer): void {
    if (!this.#frames.accept(chunk)) {
      this.destroy(new Cut('too-large', `a packet is longer than ${MAX_PACKET_BYTES} bytes`));
    } else if (!this.push(chunk)) {
      this.#wanted = false;
      this.#socket.pause();
    }
  }
}
