import { connect, type Socket } from 'node:net';
import { type Clock, type Ms, realClock, SECOND } from '#model/time';
import { loginOf, READER } from '../kit/broker.ts';
import { connectPacket, PUBACK_BYTES, publishPacket, subscribePacket } from '../kit/mqtt-packet.ts';

/** A box publishes so often. A point is told once a second at most: with 40 boxes there is a message every 25 ms. */
const EVERY: Ms = SECOND;

export interface Longest {
  /** Between a message and its PUBACK. */
  readonly ack: Ms;
  /** Between two live values. */
  readonly silence: Ms;
}

/** Resolves when the broker has let the user in. */
export async function logIn(
  port: number,
  { user, password }: { user: string; password: string },
): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => {});
  socket.write(connectPacket({ clientId: user, user, password }));
  const answer = await nextBytes(socket);
  if (answer?.[3] !== 0) throw new Error(`the broker refused ${user}: ${answer?.toString('hex')}`);
  return socket;
}

/**
 * Healthy clients beside the fault: boxes that publish a counting value and wait for its PUBACK, and a screen that
 * listens to live values. Knows the longest that each had to wait.
 */
export class Bystander {
  readonly #clock: Clock = realClock;
  readonly #boxes: readonly string[];
  #sockets: Socket[] = [];
  #stopping = false;
  #publishing: Promise<unknown> = Promise.resolve();
  #told = 0;
  #ack: Ms = 0;
  #silence: Ms = 0;
  /** Values acknowledged, a list a box. */
  readonly acknowledged = new Map<string, number[]>();

  constructor(boxes: readonly string[]) {
    this.#boxes = boxes;
  }

  async start(port: number): Promise<void> {
    const screen = await logIn(port, READER);
    screen.on('data', () => this.#hear());
    screen.write(subscribePacket('hygate/ward/now/#'));
    const sockets = await Promise.all(this.#boxes.map((id) => logIn(port, loginOf(id))));
    this.#sockets = [screen, ...sockets];
    this.#publishing = Promise.all(sockets.map((socket, index) => this.#publish(socket, index)));
    this.#publishing.catch(() => undefined);
  }

  /** The longest waits since this was asked before. */
  longest(): Longest {
    this.#silence = Math.max(this.#silence, this.#clock.monotonic() - this.#told);
    const seen = { ack: this.#ack, silence: this.#silence };
    this.#ack = 0;
    this.#silence = 0;
    return seen;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#publishing;
    for (const socket of this.#sockets) socket.destroy();
  }

  #hear(): void {
    const now = this.#clock.monotonic();
    if (this.#told > 0) this.#silence = Math.max(this.#silence, now - this.#told);
    this.#told = now;
  }

  async #publish(socket: Socket, index: number): Promise<void> {
    const id = this.#boxes[index] ?? '';
    const acknowledged: number[] = [];
    this.acknowledged.set(id, acknowledged);
    await this.#clock.sleep((index * EVERY) / this.#boxes.length);
    for (let value = 0; !this.#stopping; value++) {
      const begun = this.#clock.monotonic();
      await exchange(socket, id, value % 100);
      acknowledged.push(value % 100);
      this.#ack = Math.max(this.#ack, this.#clock.monotonic() - begun);
      await this.#clock.sleep(EVERY);
    }
  }
}

/** One reading out, its PUBACK in. */
async function exchange(socket: Socket, id: string, value: number): Promise<void> {
  const payload = JSON.stringify({ v: 1, readings: [{ point: 'temp', at: realClock.wall(), value }] });
  socket.write(publishPacket(`hygate/ward/in/${id}`, 1, payload));
  const answer = await nextBytes(socket);
  if (answer?.length !== PUBACK_BYTES) throw new Error(`${id} got no PUBACK but ${answer?.toString('hex')}`);
}

/** Undefined when the connection ends instead. */
export function nextBytes(socket: Socket): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const take = (bytes?: Buffer) => {
      socket.off('data', take).off('close', end);
      resolve(bytes);
    };
    const end = () => take();
    socket.on('data', take).on('close', end);
  });
}
