import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Clock, HOUR, MINUTE, realClock } from '#model/time';
import { EventListener } from '../kit/api-events.ts';
import { administrator, startGateway, type TestGateway } from '../kit/api-gateway.ts';

let gateway: TestGateway;
let skipped = 0;
/** The real clock, moved forward at will. */
const clock: Clock = {
  ...realClock,
  wall: () => realClock.wall() + skipped,
  monotonic: () => realClock.monotonic() + skipped,
};

beforeEach(async () => {
  skipped = 0;
  gateway = await startGateway({ clock });
});
afterEach(() => gateway.stop());

/** As on a full disk: reading goes on, writing does not. */
function lockUsersFile(): void {
  const other = new DatabaseSync(join(gateway.dir, 'users.sqlite'));
  other.exec('BEGIN IMMEDIATE');
  onTestFinished(() => other.close());
}

test('who is logged in stays so, and so does the gateway, while sessions cannot be written', async () => {
  const admin = await administrator(gateway);
  const listener = new EventListener(gateway.url, admin);
  await listener.until('snapshot');
  lockUsersFile();
  skipped = 2 * HOUR;
  expect(await admin.call('/api/v1/site')).toMatchObject({ status: 200 });
  await listener.until('ping');
  skipped += MINUTE;
  await listener.until('ping', 2);
  expect(listener.closed).toBe(false);
  listener.close();
});

test('an event stream whose user cannot be looked up any more is dropped, and nothing else', async () => {
  const admin = await administrator(gateway);
  const listener = new EventListener(gateway.url, admin);
  await listener.until('snapshot');
  await gateway.users.stop();
  skipped = MINUTE;
  await expect.poll(() => listener.closed, { timeout: 20_000 }).toBe(true);
  expect(await admin.call('/api/v1/site')).toMatchObject({ status: 500 });
  await gateway.users.start();
  expect(await admin.call('/api/v1/site')).toMatchObject({ status: 200 });
});

test('a flood of sockets that ask for nothing is bounded, and what was open goes on', async () => {
  const admin = await administrator(gateway);
  const listener = new EventListener(gateway.url, admin);
  await listener.until('snapshot');
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  const isOpen = (socket: Socket) => socket.readyState === 'open';
  for (let n = 0; n < 1_100; n++) {
    sockets.push(connect(gateway.api.port, '127.0.0.1').on('error', () => {}));
    if (n % 100 === 99) await expect.poll(() => sockets.some(({ connecting }) => connecting)).toBe(false);
  }
  await expect.poll(() => sockets.filter(isOpen).length).toBeLessThanOrEqual(1_000);
  expect(listener.closed).toBe(false);
  listener.close();
});
