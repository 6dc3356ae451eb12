import { once } from 'node:events';
import type { Server } from 'node:net';
import { HygateError } from '#model/errors';
import type { Listen } from '#model/site';

/** Resolves when the server listens. Throws `port-in-use`, or `config-invalid` when the address is none of ours. */
export async function listen(server: Server, { host, port }: Listen): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw cannotListen(`${host}:${port}`, error);
  }
}

/** The port that is listened on; 0 when none is. */
export function portOf(server: Server | undefined): number {
  const address = server?.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function cannotListen(where: string, cause: unknown): HygateError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code === 'EADDRINUSE'
    ? new HygateError(
        'port-in-use',
        `MQTT port ${where} is used by another program; stop that one, or set another port in listen.mqtt`,
        { cause },
      )
    : new HygateError(
        'config-invalid',
        `MQTT cannot listen on ${where} (${code}); set an address of this machine in listen.mqtt`,
        { cause },
      );
}
