import { createHmac, timingSafeEqual } from 'node:crypto';
import type { EpochMs } from '#model/time';

/*
 * A token names a message and when it expires, and proves by an HMAC-SHA-256 (RFC 2104), cut to 128 bits (clause 5:
 * not below half of the hash), that this gateway gave it to this person for this message. 22 + 7 letters and the
 * message's number: short enough for a text message, and it ends in a letter or digit, so that chat programs take the
 * whole of it as the address.
 */

/** What a token says of itself; nobody has looked at its proof yet. */
export interface Claim {
  /** The message's number in the outbox. */
  readonly id: number;
  readonly expires: EpochMs;
}

/** What the proof is about. */
export interface Bound extends Claim {
  readonly key: string;
  readonly person: string;
}

const MAC_BYTES = 16;
const SHAPE = /^([\w-]{22})([0-9a-z]{7})([0-9a-z]{1,11})$/;

export function sealToken(secret: Uint8Array, bound: Bound): string {
  const expires = Math.ceil(bound.expires / 1000).toString(36);
  return `${proof(secret, bound).toString('base64url')}${expires.padStart(7, '0')}${bound.id.toString(36)}`;
}

/** Undefined when it is no token at all. */
export function readToken(token: string): Claim | undefined {
  const [, , expires, id] = SHAPE.exec(token) ?? [];
  if (expires === undefined || id === undefined) return undefined;
  return { id: Number.parseInt(id, 36), expires: Number.parseInt(expires, 36) * 1000 };
}

/** Whether this gateway gave the token for that message to that person. Takes equally long for every wrong one. */
export function isGenuine(secret: Uint8Array, token: string, bound: Bound): boolean {
  const given = Buffer.from(token.slice(0, 22), 'base64url');
  return given.length === MAC_BYTES && timingSafeEqual(given, proof(secret, bound));
}

function proof(secret: Uint8Array, { id, expires, key, person }: Bound): Buffer {
  const seconds = Math.ceil(expires / 1000);
  const text = JSON.stringify(['hygate link 1', id, seconds, key, person]);
  return createHmac('sha256', secret).update(text).digest().subarray(0, MAC_BYTES);
}
