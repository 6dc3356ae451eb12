import { connect, type Socket } from 'node:net';
import { realClock } from '#model/time';
import { seededRandom } from '../../firmware-sim/physics/random.ts';
import { type Login, loginOf, READER } from '../kit/broker.ts';
import { connectPacket, PUBACK_BYTES, publishPacket, subscribePacket } from '../kit/mqtt-packet.ts';
import { until } from '../kit/until.ts';
import { nextBytes } from './bystander.ts';

/*
 * Clients that do harm, in a process of their own: what they cost is not the healthy ones' delay. Each kind says on
 * the channel what it did, and ends when told.
 */
export interface Attack {
  readonly kind: 'mute' | 'strangers' | 'liars' | 'no-ack' | 'leavers' | 'poison' | 'herd';
  readonly port: number;
  readonly seed: number;
  /** How many of what the kind does. */
  readonly count: number;
  /** The first box that is the attacker's. */
  readonly firstBox: number;
}

const attack = JSON.parse(process.argv[2] ?? '') as Attack;
const { port, count, firstBox } = attack;
const random = seededRandom(attack.seed, attack.kind);
const sockets: Socket[] = [];
let logins = 0;

/** From one of many addresses of the loopback net, or from the one of everybody else. */
function dial(from = '127.0.0.1'): Socket {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from, noDelay: true });
  socket.on('error', () => {});
  sockets.push(socket);
  return socket;
}

const somewhere = (): string => `127.0.${1 + Math.floor(random() * 200)}.${1 + Math.floor(random() * 250)}`;

async function logIn({ user, password }: Login, more: Buffer = Buffer.alloc(0)): Promise<Socket> {
  const socket = dial();
  socket.write(Buffer.concat([connectPacket({ clientId: `bad-${logins++}`, user, password }), more]));
  await nextBytes(socket);
  return socket;
}

const reading = (value: unknown, at: unknown = realClock.wall()): string =>
  JSON.stringify({ v: 1, readings: [{ point: 'temp', at, value }] });
const boxTopic = (index: number): string => `hygate/ward/in/box-${firstBox + index}`;
const boxLogin = (index: number): Login => loginOf(`box-${firstBox + index}`);

/** Subscribe to everything and never read again. */
async function mute(): Promise<void> {
  for (let n = 0; n < count; n++) {
    const socket = await logIn(READER, subscribePacket('hygate/ward/alarm/#'));
    socket.pause();
  }
}

/** Connect and say nothing; come again when thrown out. */
async function strangers(): Promise<void> {
  for (let n = 0; n < count; n++) {
    dial(n % 2 === 0 ? '127.0.0.1' : somewhere());
    if (n % 100 === 99) await realClock.sleep(10);
  }
}

/** Connect with a wrong password, from many addresses. */
async function liars(): Promise<void> {
  for (let n = 0; n < count; n++) {
    const user = n % 2 === 0 ? `box-${n % 40}` : `nobody-${n}`;
    dial(somewhere()).write(connectPacket({ clientId: `liar-${n}`, user, password: 'wrong' }));
    if (n % 100 === 99) await realClock.sleep(10);
  }
}

/** Subscribe with QoS 1 and 2, read everything, acknowledge nothing. */
async function noAck(): Promise<void> {
  for (let n = 0; n < count; n++) {
    const packet = subscribePacket('hygate/ward/alarm/#');
    packet[packet.length - 1] = 1 + (n % 2);
    (await logIn(READER, packet)).resume();
  }
}

/** Ask for a session that is kept, subscribe with QoS 1, and go. */
async function leavers(): Promise<void> {
  for (let n = 0; n < count; n++) {
    const hello = connectPacket({ clientId: `leaver-${n}`, ...READER });
    // The connect flags stand behind length, `MQTT` and level: bit 1 is the clean session [MQTT-3.1.2-4].
    hello[9] = (hello[9] ?? 0) & ~2;
    const filter = subscribePacket('hygate/ward/alarm/#');
    filter[filter.length - 1] = 1;
    const socket = dial();
    socket.write(Buffer.concat([hello, filter]));
    await nextBytes(socket);
    socket.destroy();
  }
}

const POISONS: readonly ((index: number) => Buffer)[] = [
  () => Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f]),
  () => Buffer.concat([Buffer.from([0x32, 0x80, 0x80, 0x20]), Buffer.alloc(524_288, 0x20)]),
  (index) => publishPacket(boxTopic(index), 1, '{"v":1,"readings":[{"point":"temp",'),
  (index) => publishPacket(boxTopic(index), 1, '['.repeat(100_000)),
  (index) => publishPacket(boxTopic(index), 1, reading('warm')),
  (index) => publishPacket(boxTopic(index), 1, reading(4, -1)),
  () => publishPacket('hygate/ward/in/box-0', 1, reading(99)),
  () => publishPacket('hygate/ward/status', 1, '{}'),
  () => publishPacket('#', 1, reading(4)),
  () => Buffer.from(Array.from({ length: 300 }, () => Math.floor(random() * 256))),
];

/** Everything that no client should send, again and again; and a box that sends tiny messages as fast as it can. */
async function poison(): Promise<void> {
  const chatter = await logIn(boxLogin(0));
  const began = realClock.wall() - 3_600_000;
  let acknowledged = 0;
  chatter.on('data', (chunk: Buffer) => {
    acknowledged += chunk.length / PUBACK_BYTES;
  });
  for (let n = 0; n < count; n++) {
    chatter.write(publishPacket(boxTopic(0), 1 + (n % 65_535), reading(n % 100, began + n)));
    if (n % 500 === 499) {
      const index = 1 + (n % 9);
      const sender = await logIn(boxLogin(index));
      sender.write(POISONS[Math.floor(n / 500) % POISONS.length]?.(index) ?? Buffer.alloc(0));
    }
  }
  await until('all of its messages are acknowledged', () => acknowledged >= count);
}

/** All at once: each box logs in, brings ten readings, and waits until they are acknowledged; thrown out it comes again. */
async function herd(): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const now = realClock.wall();
      const readings = Array.from({ length: 10 }, (_, n) => ({ point: 'temp', at: now - n, value: n }));
      const payload = JSON.stringify({ v: 1, readings });
      for (let tries = 0; tries < 100; tries++) {
        const socket = await logIn(boxLogin(index));
        if (socket.destroyed) {
          await realClock.sleep(50 + random() * 100);
          continue;
        }
        socket.write(publishPacket(boxTopic(index), 1, payload));
        if ((await nextBytes(socket)) !== undefined) return;
      }
      throw new Error(`box ${index} was never let in`);
    }),
  );
}

const KINDS: Readonly<Record<Attack['kind'], () => Promise<void>>> = {
  ...{ mute, strangers, liars, leavers, poison, herd },
  'no-ack': noAck,
};

const begun = realClock.monotonic();
await KINDS[attack.kind]();
process.send?.(realClock.monotonic() - begun);
process.once('disconnect', () => {
  for (const socket of sockets) socket.destroy();
  process.exit();
});
