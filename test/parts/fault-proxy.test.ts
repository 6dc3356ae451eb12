import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { seededRandom } from '../../firmware-sim/physics/random.ts';
import { FaultProxy } from '../kit/fault-proxy.ts';
import { until } from '../kit/until.ts';
import { piecesOf } from '../kit/wire-fault.ts';

/** A server that sends back what it gets, a proxy before it, and a client that is connected through both. */
async function rig(seed = 1) {
  const atServer: Socket[] = [];
  const server = createServer((socket) => {
    atServer.push(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => socket.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy = new FaultProxy({ target: (server.address() as AddressInfo).port, seed });
  const port = await proxy.start();
  onTestFinished(async () => {
    await proxy.stop();
    for (const socket of atServer) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { proxy, port, atServer };
}

async function call(port: number) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  onTestFinished(() => void socket.destroy());
  const seen = { text: '', segments: 0, ended: false, error: '' };
  socket.on('data', (bytes: Buffer) => {
    seen.text += bytes.toString('latin1');
    seen.segments++;
  });
  socket.on('error', (error) => {
    seen.error = 'code' in error ? String(error.code) : error.message;
  });
  socket.on('end', () => {
    seen.ended = true;
  });
  await once(socket, 'connect');
  return { socket, seen };
}

const LONG = Array.from({ length: 30_000 }, (_, index) => String.fromCharCode(97 + (index % 26))).join('');

test('a good wire carries every byte in order, and the end of either side', async () => {
  const { proxy, port } = await rig();
  const { socket, seen } = await call(port);
  socket.write(LONG);
  await until('all came back', () => seen.text.length === LONG.length);
  expect(seen.text).toBe(LONG);
  socket.end();
  await until('the end came back', () => seen.ended);
  await until('nothing stays open', () => proxy.open === 0);
});

test.for([
  ['a delay with jitter', { delay: 20, jitter: 30 }],
  ['pieces of 7 bytes', { pieces: 700 }],
  ['a slow wire', { bytesPerSecond: 200_000 }],
  ['gathered segments', { gather: 20 }],
] as const)('%s changes when bytes come, not which', async ([, fault]) => {
  const { proxy, port } = await rig();
  const { socket, seen } = await call(port);
  proxy.down = fault;
  for (let from = 0; from < LONG.length; from += 10_000) socket.write(LONG.slice(from, from + 10_000));
  await until('all came back', () => seen.text.length === LONG.length);
  expect(seen.text).toBe(LONG);
});

test('pieces are really pieces', async () => {
  const { proxy, port } = await rig();
  const { socket, seen } = await call(port);
  proxy.down = { pieces: 1 };
  // Pieces that fell due while this process stood still are read as one.
  await until('it comes in pieces', async () => {
    Object.assign(seen, { text: '', segments: 0 });
    socket.write('abcdef');
    await until('all came back', () => seen.text === 'abcdef');
    return seen.segments > 1;
  });
});

test('a reordered segment changes places with the next, and comes alone when none follows', async () => {
  const { proxy, port } = await rig();
  const { socket, seen } = await call(port);
  proxy.down = { reorder: 1 };
  socket.write('first ');
  await until('it is held', () => proxy.connections === 1);
  await until('alone it comes late', () => seen.text === 'first ');
  proxy.up = { reorder: 1 };
  proxy.down = {};
  // Two writes are two segments at the proxy only when it had its turn between them.
  await until('two changed places', async () => {
    seen.text = '';
    socket.write('a');
    await new Promise((resolve) => setImmediate(resolve));
    socket.write('b');
    await until('both came', () => seen.text.length === 2);
    return seen.text === 'ba';
  });
});

test('a swallowed connection stays open and brings nothing, not even the end of the other side', async () => {
  const { proxy, port, atServer } = await rig();
  const { socket, seen } = await call(port);
  await until('the server has it', () => atServer.length === 1);
  proxy.up = { swallow: true };
  proxy.down = { swallow: true };
  socket.write('lost');
  atServer[0]?.destroy();
  const other = await call(port);
  // What was sent before it has come to the proxy, too.
  await until('the server has the next', () => atServer.length === 2);
  proxy.heal();
  other.socket.write('x');
  await until('the wire is good again', () => other.seen.text === 'x');
  expect(seen).toEqual({ text: '', segments: 0, ended: false, error: '' });
});

test('a stalled wire makes the sender wait, and then brings everything', async () => {
  const { proxy, port } = await rig();
  const { socket, seen } = await call(port);
  proxy.up = { stall: true };
  const much = LONG.repeat(600);
  socket.write(much);
  await until('the sender is held up', () => socket.writableLength > 0 && seen.text === '');
  proxy.heal();
  await until('all came back', () => seen.text.length === much.length);
  expect(seen.text === much).toBe(true);
});

test('a connection is cut after so many bytes, and can be reset or refused', async () => {
  const { proxy, port } = await rig();
  const first = await call(port);
  proxy.down = { cutAfter: 3 };
  first.socket.write('abcdef');
  await until('it ended', () => first.socket.destroyed);
  expect(first.seen.text).toBe('abc');
  proxy.heal();

  const second = await call(port);
  second.socket.write('x');
  await until('it answers', () => second.seen.text === 'x');
  proxy.cut('reset');
  await until('it was reset', () => second.seen.error === 'ECONNRESET');

  await proxy.refuse();
  await expect(call(port)).rejects.toThrow('ECONNREFUSED');
  expect(await proxy.start()).toBe(port);
  const third = await call(port);
  third.socket.write('y');
  await until('it answers again', () => third.seen.text === 'y');
});

test('a connection may be accepted and then held, or reset at once', async () => {
  const { proxy, port, atServer } = await rig();
  proxy.welcome = 'hold';
  const held = await call(port);
  // A client may know of its connection before the proxy does.
  await until('it is accepted', () => proxy.connections === 1);
  held.socket.write('anybody?');
  proxy.welcome = 'pass';
  const other = await call(port);
  other.socket.write('x');
  await until('others are served', () => other.seen.text === 'x');
  expect(held.seen.text).toBe('');
  expect(atServer).toHaveLength(1);
  proxy.welcome = 'reset';
  const reset = await call(port).catch(() => undefined);
  await until('it was reset', () => reset === undefined || reset.socket.destroyed);
});

test('one connection at a time: another is reset until the first has ended', async () => {
  const { proxy, port } = await rig();
  proxy.welcome = 'only';
  const first = await call(port);
  first.socket.write('x');
  await until('it is served', () => first.seen.text === 'x');
  const second = await call(port).catch(() => undefined);
  await until('it was reset', () => second === undefined || second.socket.destroyed);
  first.socket.destroy();
  await until('the first is gone', () => proxy.open === 0);
  const third = await call(port);
  third.socket.write('y');
  await until('it is served', () => third.seen.text === 'y');
});

test('one seed, one fate: the same bytes are spoiled in the same way', () => {
  const fate = (seed: number) => {
    const random = seededRandom(seed, 'wire');
    return piecesOf(Buffer.from(LONG), { corrupt: 0.1, repeat: 0.5, pieces: 1000 }, random).map(({ bytes }) =>
      bytes.toString('hex'),
    );
  };
  expect(fate(7)).toEqual(fate(7));
  expect(fate(7)).not.toEqual(fate(8));
});

test('about as many bytes are corrupted as the chance says, and each into another', () => {
  const zeros = Buffer.alloc(10_000);
  const [piece] = piecesOf(zeros, { corrupt: 0.25 }, seededRandom(3, 'wire'));
  const changed = piece?.bytes.filter((byte) => byte !== 0).length ?? 0;
  expect(changed).toBeGreaterThan(2200);
  expect(changed).toBeLessThan(2800);
});
