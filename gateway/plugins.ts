import { fileURLToPath } from 'node:url';
import type { Way } from '#model/channel';
import type { Driver } from '#model/driver';
import type { Standard } from '#model/limit-table';
import { loadFolder } from './runtime/folder.ts';

/** Every driver, standard and channel that stands in its folder, by name. */
export interface Plugins {
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly standards: ReadonlyMap<string, Standard>;
  readonly channels: ReadonlyMap<string, Way>;
}

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export async function loadPlugins(): Promise<Plugins> {
  const [drivers, standards, channels] = await Promise.all([
    loadFolder<Driver>(folder('../collectors/drivers'), 'driver.ts'),
    loadFolder<Standard>(folder('../alerts/standards'), 'standard.ts'),
    loadFolder<Way>(folder('../alerts/channels'), 'channel.ts'),
  ]);
  return { drivers, standards, channels };
}
