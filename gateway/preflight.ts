import { access, constants, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { HygateError } from '#model/errors';
import type { Listen, Site } from '#model/site';
import { refuseUnfinished } from './journal/backup/staging.ts';
import { refuseNewerData } from './journal/data-version.ts';

const READ_ONLY =
  'its file system is mounted read-only, as after an error of the disk; check the disk and mount it writable';

/** Finds what would stop the start before anything is touched: ports in use, a data folder that cannot be used. */
export async function preflight(site: Site, dataDir: string): Promise<void> {
  await canListen(site.mqtt, 'MQTT (listen.mqtt)');
  await canListen(site.http, 'the page (listen.http)');
  await canWrite(dataDir);
  refuseUnfinished(dataDir);
  refuseNewerData(dataDir);
}

function canListen({ host, port }: Listen, what: string): Promise<void> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, { host, port }, what)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}

function cannotListen(error: NodeJS.ErrnoException, { host, port }: Listen, what: string): HygateError {
  const why =
    error.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be listened on (${error.code})`;
  return new HygateError(
    'port-in-use',
    `${host}:${port} for ${what} ${why}; stop that program or choose another address in the site file`,
  );
}

async function canWrite(dir: string): Promise<void> {
  try {
    const existing = await nearestExisting(resolve(dir));
    const entry = await stat(existing);
    if (!entry.isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    await access(existing, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new HygateError(
      'data-dir-unusable',
      `the data folder ${dir} cannot be used (${code}): ${code === 'EROFS' ? READ_ONLY : 'give a folder that this user may read and write, with --data'}`,
    );
  }
}

/** The folder itself, or the one in which it would be made. */
async function nearestExisting(dir: string): Promise<string> {
  const exists = await stat(dir).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
  return exists || dirname(dir) === dir ? dir : nearestExisting(dirname(dir));
}
