import { type KeyObject, sign, verify } from 'node:crypto';
import type { EpochMs } from '#model/time';

/** Says that at this time the journal's newest row was this one. By the chain it stands for every row before it. */
export interface Root {
  readonly v: 1;
  readonly site: string;
  readonly at: EpochMs;
  readonly segment: number;
  readonly seq: number;
  /** The row's hash, hex. */
  readonly hash: string;
}

export interface SignedRoot extends Root {
  /** The fingerprint of the key. */
  readonly key: string;
  /** Ed25519 over the root's text, base64. */
  readonly signature: string;
}

/** What is signed: JSON without blanks, in this order. */
const textOf = ({ v, site, at, segment, seq, hash }: Root): Buffer =>
  Buffer.from(JSON.stringify({ v, site, at, segment, seq, hash }));

export const signRoot = (root: Root, privateKey: KeyObject, key: string): SignedRoot => ({
  ...root,
  key,
  signature: sign(null, textOf(root), privateKey).toString('base64'),
});

export const isSignedBy = (root: SignedRoot, publicKey: KeyObject): boolean =>
  verify(null, textOf(root), publicKey, Buffer.from(root.signature, 'base64'));

/** Undefined when the line is not a root. */
export function parseRoot(line: string): SignedRoot | undefined {
  try {
    const root = JSON.parse(line) as SignedRoot;
    return isRoot(root) ? root : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether an event's data or a line's content has the form of a root; whether it is true, its signature says. */
export const isRoot = (root: Partial<SignedRoot> | null): root is SignedRoot =>
  typeof root === 'object' &&
  root?.v === 1 &&
  typeof root.site === 'string' &&
  [root.at, root.segment, root.seq].every(Number.isSafeInteger) &&
  !Number.isNaN(new Date(root.at ?? Number.NaN).getTime()) &&
  [root.hash, root.key, root.signature].every((text) => typeof text === 'string');
