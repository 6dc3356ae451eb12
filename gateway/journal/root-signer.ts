import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '#model/log';
import { DAY, type EpochMs } from '#model/time';
import { parseRoot, type Root, type SignedRoot, signRoot } from './root.ts';
import { openSigningKey, type SigningKey } from './signing-key.ts';

export const rootsPath = (dir: string): string => join(dir, 'roots.ndjson');

/** Where the chain stands. */
export interface ChainHead {
  readonly segment: number;
  readonly seq: number;
  readonly hash: Uint8Array;
}

const dayOf = (at: EpochMs): number => Math.floor(at / DAY);

/** Signs the chain's head once a day (UTC) and whenever a segment was sealed. */
export class RootSigner {
  readonly key: SigningKey;
  readonly #dir: string;
  readonly #site: string;
  #signedAt: EpochMs | undefined;
  #due = false;

  constructor(dir: string, site: string, log: Log) {
    this.#dir = dir;
    this.#site = site;
    this.key = openSigningKey(dir, log);
    this.#signedAt = readRoots(rootsPath(dir)).at(-1)?.at;
  }

  /** The next look signs, whatever the day. */
  expedite(): void {
    this.#due = true;
  }

  /** The root when one is due; it is on disk then. Tried again at the next call when that throws. */
  signIfDue({ segment, seq, hash }: ChainHead, now: EpochMs): SignedRoot | undefined {
    const isNewDay = this.#signedAt === undefined || dayOf(this.#signedAt) !== dayOf(now);
    if (seq === 0 || (!this.#due && !isNewDay)) return undefined;
    const root: Root = {
      v: 1,
      site: this.#site,
      at: now,
      segment,
      seq,
      hash: Buffer.from(hash).toString('hex'),
    };
    const signed = signRoot(root, this.key.privateKey, this.key.fingerprint);
    appendLine(rootsPath(this.#dir), JSON.stringify(signed));
    this.#signedAt = now;
    this.#due = false;
    return signed;
  }
}

/** The roots of a file, one a line; a last line that a crash cut off is passed over. */
export function readRoots(path: string): SignedRoot[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line) => parseRoot(line) ?? []);
}

function appendLine(path: string, line: string): void {
  const torn = existsSync(path) && !readFileSync(path, 'utf8').endsWith('\n');
  const file = openSync(path, 'a');
  try {
    writeSync(file, `${torn ? '\n' : ''}${line}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
