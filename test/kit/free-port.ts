import { createServer } from 'node:net';

/** Linux takes the local ports of connections from 32,768 on (net.ipv4.ip_local_port_range). */
const [LOWEST, ABOVE] = [20_000, 32_768];

/**
 * A port that was free a moment ago, for a program that must be told one. Until it listens, and whenever it is down to
 * come back, no connection of anybody can be given the port.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (ABOVE - LOWEST));
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
