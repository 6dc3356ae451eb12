import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '#model/log';

const BYTES = 32;

/**
 * The secret behind the links in messages, made at the first start, for the gateway's user alone. A gateway that can
 * neither read nor write it goes on with one for this run: people must be told in any case, and only links that were
 * sent before a restart are refused then.
 */
export async function openLinkSecret(dir: string, log: Log): Promise<Uint8Array> {
  const file = join(dir, 'links.key');
  const known = await readFile(file).catch((err: NodeJS.ErrnoException) => {
    if (err.code !== 'ENOENT')
      log.error({ err, file }, 'the secret of links cannot be read: earlier links are refused');
    return undefined;
  });
  if (known?.length === BYTES) return known;
  const secret = randomBytes(BYTES);
  try {
    await writeWhole(file, secret);
  } catch (err) {
    log.error({ err, file }, 'the secret of links cannot be kept: links are refused after the next start');
  }
  return secret;
}

/** Under its name it is whole or not there. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(`${file}.new`, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}
