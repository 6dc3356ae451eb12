import { fileURLToPath } from 'node:url';
import type { Channel } from '#model/channel';
import type { Driver } from '#model/driver';
import type { Standard } from '#model/limit-table';
import type { Known } from '../../gateway/config/world.ts';
import { loadFolder } from '../../gateway/runtime/folder.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const FILES: Readonly<Record<string, string>> = { '/present': 'from-a-file\n', '/empty': '\n' };

/** The real drivers, standards and channels, an environment with one secret and a disk with one. */
export async function knownToConfig(): Promise<Known> {
  return {
    drivers: await loadFolder<Driver>(`${ROOT}collectors/drivers`, 'driver.ts'),
    standards: await loadFolder<Standard>(`${ROOT}alerts/standards`, 'standard.ts'),
    channels: await loadFolder<Channel>(`${ROOT}alerts/channels`, 'channel.ts'),
    env: { PRESENT: 'from-the-environment', EMPTY: '' },
    readFile(path) {
      const text = FILES[path];
      if (text === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
      return text;
    },
  };
}
