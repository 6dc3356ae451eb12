import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { HygateError } from '#model/errors';
import type { JournalEvent } from '#model/journal';
import { isRoot, isSignedBy, parseRoot, type SignedRoot } from '../root.ts';
import { rootsPath } from '../root-signer.ts';
import { fingerprintOf, publicKeyPath } from '../signing-key.ts';
import type { FindingKind, Findings } from './findings.ts';

export interface RootsOptions {
  readonly dir: string;
  /** A public key that was kept elsewhere; the folder's own when left out. */
  readonly key?: string;
  /** A file of roots that was kept elsewhere; the folder's own when left out. */
  readonly roots?: string;
}

/**
 * The signed roots: each must carry the signature of the key, and its row must stand where it says with the hash that
 * it says. Roots of the file are looked for during the walk; those of the journal's own events must be in the file.
 */
export class RootsCheck {
  readonly #findings: Findings;
  readonly #keys = new Map<string, KeyObject>();
  readonly #isForeignKey: boolean;
  readonly #bySeq = new Map<number, SignedRoot[]>();
  readonly #signatures = new Set<string>();
  readonly #noted: SignedRoot[] = [];
  /** Their rows stand where they say. */
  readonly #standing: SignedRoot[] = [];
  /** The folder's own key, and those that the journal says were made. */
  #ownKey: string | undefined;
  readonly #madeKeys = new Set<string>();
  #proven = 0;
  #signedTo = 0;

  constructor(options: RootsOptions, findings: Findings) {
    this.#findings = findings;
    this.#isForeignKey = options.key !== undefined;
    this.#ownKey = this.#addKey(options.key ?? publicKeyPath(options.dir), options.key !== undefined);
    this.#readFile(options.roots ?? rootsPath(options.dir), options.roots !== undefined);
  }

  /** Roots whose row stands where they say and whose signature is good. */
  get proven(): number {
    return this.#proven;
  }

  /** The newest row under such a root; 0 when there is none. */
  get signedTo(): number {
    return this.#signedTo;
  }

  row(segment: number, seq: number, hash: Uint8Array): void {
    const roots = this.#bySeq.get(seq);
    if (roots === undefined) return;
    this.#bySeq.delete(seq);
    for (const root of roots) this.#judge(root, segment, hash);
  }

  event({ type, data }: JournalEvent): void {
    // Where a key was given from elsewhere, no other one is believed because the folder says so.
    if (type === 'signing-key-made' && !this.#isForeignKey)
      this.#madeKeys.add(this.#take(String(data['publicKey'])) ?? '');
    if (type === 'root-signed' && isRoot(data)) this.#noted.push(data);
  }

  /** After the walk. `expired`: the seqs whose rows went with their retention. */
  finish(expired: (seq: number) => boolean): void {
    this.#checkOwnKey();
    for (const root of this.#standing) {
      if (!this.#checkSignature(root)) continue;
      this.#proven += 1;
      this.#signedTo = Math.max(this.#signedTo, root.seq);
    }
    for (const root of [...this.#bySeq.values()].flat()) {
      if (expired(root.seq)) this.#checkSignature(root);
      else this.#add('root-missing', root, 'its row is not in the journal any more');
    }
    for (const root of this.#noted) {
      if (!this.#signatures.has(root.signature))
        this.#add('root-changed', root, 'it stands in the journal and not in the file of roots');
    }
  }

  /** Roots of the key that it replaced would hold, and those to come be signed by who put it there. */
  #checkOwnKey(): void {
    if (this.#isForeignKey || this.#ownKey === undefined || this.#madeKeys.size === 0) return;
    if (!this.#madeKeys.has(this.#ownKey))
      this.#findings.add(
        'root-changed',
        'the public key of the folder is none that the journal says was made',
      );
  }

  #judge(root: SignedRoot, segment: number, hash: Uint8Array): void {
    if (root.segment !== segment) this.#add('root-changed', root, `its row stands in segment ${segment}`);
    else if (root.hash !== Buffer.from(hash).toString('hex'))
      this.#add('row-changed', root, 'the row has another hash: it, or a row before it, was written anew');
    else this.#standing.push(root);
  }

  #checkSignature(root: SignedRoot): boolean {
    const key = this.#keys.get(root.key);
    if (key !== undefined && isSignedBy(root, key)) return true;
    const why = key === undefined ? 'its key is not known' : 'its signature is not of its key';
    this.#add('root-changed', root, why);
    return false;
  }

  #add(kind: FindingKind, { segment, seq, at }: SignedRoot, why: string): void {
    const text = `the root of ${new Date(at).toISOString()} over row ${seq}: ${why}`;
    this.#findings.add(kind, text, { segment, seq, at });
  }

  #addKey(path: string, isGiven: boolean): string | undefined {
    if (existsSync(path)) return this.#take(readText(path), path);
    if (isGiven) throw new HygateError('not-found', `there is no key file ${path}`);
  }

  /** Its fingerprint. */
  #take(pem: string, path = 'the journal'): string | undefined {
    try {
      const key = createPublicKey(pem);
      if (key.asymmetricKeyType !== 'ed25519') throw new Error('it is no Ed25519 key');
      const fingerprint = fingerprintOf(key);
      this.#keys.set(fingerprint, key);
      return fingerprint;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#findings.add('file-damaged', `the public key in ${path} cannot be read (${why})`);
      return undefined;
    }
  }

  #readFile(path: string, isGiven: boolean): void {
    if (!existsSync(path)) {
      if (isGiven) throw new HygateError('not-found', `there is no file of roots ${path}`);
      return;
    }
    const lines = readText(path).split('\n');
    if (lines.pop() !== '') this.#findings.add('root-changed', `the last line of ${path} is cut off`);
    let before = 0;
    for (const line of lines) {
      const root = parseRoot(line);
      if (root === undefined || JSON.stringify(root) !== line || root.seq < before) {
        this.#findings.add(
          'root-changed',
          `a line of ${path} is not a root as it was written, or not in its place`,
        );
        continue;
      }
      before = root.seq;
      this.#signatures.add(root.signature);
      this.#bySeq.set(root.seq, [...(this.#bySeq.get(root.seq) ?? []), root]);
    }
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HygateError('data-dir-unusable', `${path} cannot be read (${why}): give another file`, {
      cause: error,
    });
  }
}
