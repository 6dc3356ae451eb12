import { argon2, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

/** OWASP Password Storage Cheat Sheet, Argon2id: 19 MiB, two passes, one lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** NIST SP 800-63B-4, 3.1.1.2: length decides; a password that stands alone has at least 15 characters, ours 10 with slowed tries. */
export const SHORTEST_PASSWORD = 10;
/** Longer ones would only be work for the hash. */
export const LONGEST_PASSWORD = 256;

/** Without 0 O 1 I, so that it can be read from a screen and typed: 32 signs, 5 bits each. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const GROUPS = 5;
const GROUP_LENGTH = 4;

/** The PHC text of a password: `$argon2id$v=19$m=…,t=…,p=…$salt$key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive('argon2id', { ...COST, message: password, nonce: salt, tagLength: KEY_BYTES });
  const { memory, passes, parallelism } = COST;
  const cost = `m=${memory},t=${passes},p=${parallelism}`;
  return `$argon2id$v=19$${cost}$${base64(salt)}$${base64(key)}`;
}

const PHC =
  /^\$argon2id\$v=19\$m=(?<memory>\d+),t=(?<passes>\d+),p=(?<parallelism>\d+)\$(?<salt>[\w+/]+)\$(?<key>[\w+/]+)$/;

/** Compares in constant time. A text that is no hash of ours is an error, never a match. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const parts = PHC.exec(hash)?.groups;
  if (parts === undefined) throw new Error('a stored password hash is not argon2id in PHC form');
  const expected = Buffer.from(parts['key'] ?? '', 'base64');
  const actual = await derive('argon2id', {
    message: password,
    nonce: Buffer.from(parts['salt'] ?? '', 'base64'),
    memory: Number(parts['memory']),
    passes: Number(parts['passes']),
    parallelism: Number(parts['parallelism']),
    tagLength: expected.length,
  });
  return timingSafeEqual(actual, expected);
}

/** 20 signs in groups of four: 100 bits. */
export function oneTimePassword(): string {
  const group = () =>
    Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/** What is wrong with a new password, for people; undefined when nothing is. */
export function passwordWeakness(
  next: string,
  { name, current }: { name: string; current: string },
): string | undefined {
  if (next.length < SHORTEST_PASSWORD)
    return `The new password needs at least ${SHORTEST_PASSWORD} characters.`;
  if (next.length > LONGEST_PASSWORD)
    return `The new password may have at most ${LONGEST_PASSWORD} characters.`;
  if (next === current) return 'The new password must differ from the present one.';
  if (next.toLowerCase().includes(name.toLowerCase()))
    return 'The new password must not contain the user name.';
  return new Set(next).size < 4 ? 'The new password needs at least four different characters.' : undefined;
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
