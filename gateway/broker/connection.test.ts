import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Connection } from './connection.ts';

const KIB = 1024;

test('of a client that sends much, 128 KiB are read ahead and a chunk of the socket, until somebody takes them', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const met = once(server, 'connection') as Promise<[Socket]>;
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = await met;
  const connection = new Connection(socket);
  onTestFinished(() => {
    client.destroy();
    connection.destroy();
    server.close();
  });
  // PUBLISH packets of 1 KiB: the frames are looked at on their way.
  const packet = Buffer.concat([Buffer.from([0x30, 0xfd, 0x07]), Buffer.alloc(1_021)]);
  client.write(Buffer.concat(Array.from({ length: 4 * KIB }, () => packet)));
  connection.read(0);
  await expect.poll(() => socket.isPaused(), { timeout: 10_000 }).toBe(true);
  expect(connection.readableLength).toBeGreaterThanOrEqual(128 * KIB);
  expect(connection.readableLength).toBeLessThanOrEqual(192 * KIB);
  connection.read();
  await expect.poll(() => connection.readableLength, { timeout: 10_000 }).toBeGreaterThan(0);
});
