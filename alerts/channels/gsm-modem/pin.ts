import { createHash } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DeliveryError } from '#model/channel';

/** The PIN that was tried last stands here, as a hash, until the SIM has taken it. */
const FILE = 'pin-tried';

/**
 * A SIM locks for good after three wrong PINs, so each is tried once. That it is going to be tried is on disk before; a
 * gateway that is started again and again does not try it again and again.
 */
export async function tryPin(dir: string, pin: string, enter: () => Promise<void>): Promise<void> {
  const file = join(dir, FILE);
  const mark = createHash('sha256').update(pin).digest('hex');
  if ((await readFile(file, 'utf8').catch(() => '')) === mark) throw wrongPin(file);
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(mark);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await enter();
  await rm(file, { force: true });
}

const wrongPin = (file: string): DeliveryError =>
  new DeliveryError(
    'misconfigured',
    false,
    `the SIM did not take the PIN, which is not tried again, as it would lock: correct \`pin\`, or remove ${file} if it is right`,
  );
