import { createServer } from 'node:net';

/** Linux takes the local ports of connections from 32,768 on (net.ipv4.ip_local_port_range). */
const [LOWEST, ABOVE] = [20_000, 32_768];
/** Of the workers of one run each has ports of its own: a port that one was given looks free until it is used. */
const WORKERS = 4;
const WORKER = Number(process.env['VITEST_POOL_ID'] ?? 0) % WORKERS;
const EACH = (ABOVE - LOWEST) / WORKERS;
/** For the same reason none comes twice: from anywhere on, one after the other. */
let next = Math.floor(Math.random() * EACH);

/**
 * A port that was free a moment ago, for a program that must be told one. Until it listens, and whenever it is down to
 * come back, no connection of anybody can be given the port.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + next * WORKERS + WORKER;
    next = (next + 1) % EACH;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
