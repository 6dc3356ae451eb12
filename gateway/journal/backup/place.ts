import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { HygateError } from '#model/errors';
import { type Manifest, readManifest } from './manifest.ts';

/** What a backup leaves that was killed before it said what the folder is for. */
const OURS = /(^|\/)journal\/lock(-journal)?$|\.part(-journal|-wal|-shm)?$/;
const PUBLIC_KEY = 'journal/signing-key.pub.pem';

/**
 * The manifest of the backup that lies there; undefined when there is none yet. Throws `data-dir-unusable` where a
 * backup would replace what is not a backup of this gateway, or would copy itself.
 */
export function checkPlace(from: string, to: string): Manifest | undefined {
  if (isEntangled(from, to))
    throw unusable(`${to} and ${from} lie one in the other: give a folder elsewhere`);
  const manifest = readManifest(to);
  if (manifest === undefined) refuseForeign(to);
  else refuseOther(from, to, manifest);
  return manifest;
}

function refuseForeign(to: string): void {
  const foreign = filesOf(to).find((path) => !OURS.test(path));
  if (foreign === undefined) return;
  throw unusable(`${to} is not a backup, and not empty (${foreign}): give a new folder`);
}

/** A gateway has one key for its life: of two gateways, segments of the same number and size are not the same. */
function refuseOther(from: string, to: string, { files }: Manifest): void {
  const known = files.find(({ path }) => path === PUBLIC_KEY)?.sha256;
  const key = join(from, PUBLIC_KEY);
  if (known === undefined || !existsSync(key)) return;
  if (createHash('sha256').update(readFileSync(key)).digest('hex') === known) return;
  throw unusable(`${to} is the backup of another gateway, or of one with another key: give a new folder`);
}

function filesOf(dir: string): string[] {
  if (!existsSync(dir)) return [];
  try {
    const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(dir, join(entry.parentPath, entry.name)));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw unusable(`${dir} cannot be read (${why}): give another folder`);
  }
}

/** Also of what is not there yet, whichever way leads to it. */
function realOf(path: string): string {
  const whole = resolve(path);
  if (existsSync(whole) || dirname(whole) === whole) return realpathSync(whole);
  return join(realOf(dirname(whole)), basename(whole));
}

/** Whether one lies in the other, or they are one. */
export const isEntangled = (one: string, other: string): boolean =>
  isBelow(realOf(one), realOf(other)) || isBelow(realOf(other), realOf(one));

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

const unusable = (text: string): HygateError => new HygateError('data-dir-unusable', text);
