import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connectPacket, PUBACK_BYTES, publishPacket } from '../kit/mqtt-packet.ts';
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

/*
 * MQTT 3.1.1 by hand: after CONNACK a publisher is sent nothing but PUBACKs of 4 bytes each, in order, so that counting
 * bytes is enough; a client library would use up the core that the broker is to be measured on.
 */
const load = JSON.parse(process.argv[2] ?? '') as Load;
const STARTED = Date.now() - 3_600_000;
const latencies: number[] = [];
let messages = 0;

/** The JSON of `size` readings from the point of this number on, cut where the time goes. */
const templates = Array.from({ length: load.points / load.size }, (_, part) => {
  const readings = Array.from({ length: load.size }, (_, index) => {
    const point = part * load.size + index;
    return { point: `p${point}`, at: 'AT', value: point };
  });
  return JSON.stringify({ v: 1, readings }).split('"AT"');
});

/** Every point of every device in turn, and again a millisecond later. */
function nextPacket(): Buffer {
  const number = messages++;
  const round = Math.floor(number / load.devices);
  const at = STARTED + Math.floor(round / templates.length);
  const payload = templates[round % templates.length]?.join(String(at)) ?? '';
  return publishPacket(`hygate/ward/in/unit-${number % load.devices}`, (number % 65_535) + 1, payload);
}

/** Resolves when the broker let it in. */
async function logIn(index: number): Promise<Socket> {
  const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
  socket.write(connectPacket({ clientId: `load-${index}`, user: load.user, password: load.password }));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  if (answer[3] !== 0) throw new Error(`the broker refused: ${answer.toString('hex')}`);
  return socket;
}

function send(socket: Socket, times: number[], count: number): void {
  socket.write(Buffer.concat(Array.from({ length: count }, nextPacket)));
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
      const acknowledged = Math.floor(bytes / PUBACK_BYTES);
      bytes -= acknowledged * PUBACK_BYTES;
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
