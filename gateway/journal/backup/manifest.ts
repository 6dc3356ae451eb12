import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HygateError } from '#model/errors';
import type { EpochMs } from '#model/time';

/** A file of a backup. */
export interface BackedUp {
  /** Below the backup's folder. */
  readonly path: string;
  readonly bytes: number;
  /** Of the file, hex. */
  readonly sha256: string;
  /** It will not change any more. */
  readonly sealed: boolean;
}

/** `manifest.json` of a backup: what `sha256sum` has to find. */
export interface Manifest {
  readonly version: 1;
  /** When the backup was begun. */
  readonly at: EpochMs;
  readonly files: readonly BackedUp[];
}

export const MANIFEST = 'manifest.json';

/** Undefined when there is none. Throws `data-dir-unusable` when it is none of ours. */
export function readManifest(dir: string): Manifest | undefined {
  const path = join(dir, MANIFEST);
  if (!existsSync(path)) return undefined;
  try {
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
    if (manifest.version === 1 && Array.isArray(manifest.files)) return manifest;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new HygateError(
    'data-dir-unusable',
    `${path} is not the manifest of a backup: give another folder to back up to`,
  );
}
