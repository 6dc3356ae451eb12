import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { quantile } from './sample.ts';

/** Publishes QoS 1 messages as fast as they are acknowledged. */
export interface Load {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly devices: number;
  readonly points: number;
  /** Readings in a message; a divisor of `points`. */
  readonly size: number;
  /** Before this nothing is counted: the broker's and the journal's code is not compiled yet. */
  readonly warmUpMs: number;
  readonly lengthMs: number;
}

const CONNECTIONS = 4;
const WINDOW = 256;
const ACK_BYTES = 4;

/*
 * MQTT 3.1.1 by hand: after CONNACK a publisher is sent nothing but PUBACKs of 4 bytes each, in order, so that counting
 * bytes is enough; a client library would use up the core that the broker is to be measured on.
 */
const load = JSON.parse(process.argv[2] ?? '') as Load;
const STARTED = Date.now() - 3_600_000;
const latencies: number[] = [];
let messages = 0;

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** Fixed header: the type, then the length in groups of 7 bits (clause 2.2.3). */
function packet(type: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const header = [type];
  let rest = body.length;
  do {
    header.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), body]);
}

function connectPacket(index: number): Buffer {
  // Protocol level 4; user name, password, clean session; no keep-alive.
  const flags = Buffer.from([4, 0b1100_0010, 0, 0]);
  return packet(0x10, text('MQTT'), flags, text(`load-${index}`), text(load.user), text(load.password));
}

/** The JSON of `size` readings from the point of this number on, cut where the time goes. */
const templates = Array.from({ length: load.points / load.size }, (_, part) => {
  const readings = Array.from({ length: load.size }, (_, index) => {
    const point = part * load.size + index;
    return { point: `p${point}`, at: 'AT', value: point };
  });
  return JSON.stringify({ v: 1, readings }).split('"AT"');
});

/** Every point of every device in turn, and again a millisecond later. */
function publishPacket(): Buffer {
  const number = messages++;
  const round = Math.floor(number / load.devices);
  const at = STARTED + Math.floor(round / templates.length);
  const payload = Buffer.from(templates[round % templates.length]?.join(String(at)) ?? '');
  const id = Buffer.alloc(2);
  id.writeUInt16BE((number % 65_535) + 1);
  return packet(0x32, text(`hygate/ward/in/unit-${number % load.devices}`), id, payload);
}

/** Resolves when the broker let it in. */
async function logIn(index: number): Promise<Socket> {
  const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
  socket.write(connectPacket(index));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  if (answer[3] !== 0) throw new Error(`the broker refused: ${answer.toString('hex')}`);
  return socket;
}

function send(socket: Socket, times: number[], count: number): void {
  socket.write(Buffer.concat(Array.from({ length: count }, publishPacket)));
  times.push(...Array<number>(count).fill(performance.now()));
}

/** Keeps the window full until the end; resolves when everything was acknowledged. */
function pump(socket: Socket, from: number): Promise<void> {
  const times: number[] = [];
  let bytes = 0;
  send(socket, times, WINDOW);
  return new Promise((resolve, reject) => {
    socket.on('close', () => reject(new Error('the broker closed the connection')));
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      const acknowledged = Math.floor(bytes / ACK_BYTES);
      bytes -= acknowledged * ACK_BYTES;
      const now = performance.now();
      const taken = times.splice(0, acknowledged);
      if (now >= from) latencies.push(...taken.map((time) => now - time));
      if (now < from + load.lengthMs) send(socket, times, acknowledged);
      else if (times.length === 0) resolve();
    });
  });
}

const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, (_, index) => logIn(index)));
const from = performance.now() + load.warmUpMs;
setTimeout(() => process.send?.('begun'), load.warmUpMs);
await Promise.all(sockets.map((socket) => pump(socket, from)));
const seconds = (performance.now() - from) / 1000;
const readings = latencies.length * load.size;
process.send?.({ readings, seconds, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) });
for (const socket of sockets) socket.removeAllListeners('close').destroy();
process.disconnect?.();
