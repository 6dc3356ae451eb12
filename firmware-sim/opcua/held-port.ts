import { createServer } from 'node:net';

/** A port that is ours and at which nobody answers yet. */
export interface HeldPort {
  readonly port: number;
  release(): Promise<void>;
}

/** Takes any free port of `host`. Who connects meanwhile is turned away at once, and tries again. */
export async function holdPort(host: string): Promise<HeldPort> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error(`no port of ${host} can be held`);
  return {
    port: address.port,
    release: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
