import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { HygateError } from '#model/errors';
import type { EpochMs } from '#model/time';

/** Beyond it there is no date. */
const END_OF_TIME: EpochMs = 8.64e15;

/** A file of a backup. */
const BackedUpShape = Type.Object({
  /** Below the backup's folder. */
  path: Type.String(),
  bytes: Type.Integer(),
  /** Of the file, hex. */
  sha256: Type.String(),
  /** It will not change any more. */
  sealed: Type.Boolean(),
});
export type BackedUp = Readonly<Static<typeof BackedUpShape>>;

/** `manifest.json` of a backup: what `sha256sum` has to find. */
const ManifestShape = Type.Object({
  version: Type.Literal(1),
  /** When the backup was begun. */
  at: Type.Integer({ minimum: 0, maximum: END_OF_TIME }),
  files: Type.Array(BackedUpShape),
});
export interface Manifest {
  readonly version: 1;
  readonly at: EpochMs;
  readonly files: readonly BackedUp[];
}

export const MANIFEST = 'manifest.json';

/** Undefined when there is none. Throws `data-dir-unusable` when it is none of ours. */
export function readManifest(dir: string): Manifest | undefined {
  const path = join(dir, MANIFEST);
  if (!existsSync(path)) return undefined;
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (Value.Check(ManifestShape, manifest)) return manifest;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new HygateError(
    'data-dir-unusable',
    `${path} is not the manifest of a backup: give another folder to back up to`,
  );
}
