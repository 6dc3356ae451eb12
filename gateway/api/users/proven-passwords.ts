import { createHmac, randomBytes } from 'node:crypto';
import { MINUTE, type Ms } from '#model/time';

/** After this a password is hashed again, which costs 50 ms. */
const TRUSTED_FOR: Ms = 10 * MINUTE;
/** More users than send their password with each request. */
const MOST = 100;

export interface Proof {
  readonly name: string;
  readonly password: string;
  /** As it is stored now: with another password nothing that was proven before counts. */
  readonly hash: string;
  /** Right from there: elsewhere it is a guess like any other, which may have to wait. */
  readonly address: string;
}

/**
 * Passwords that were found right a short while ago, for programs that send theirs with each request. Kept in memory as a
 * keyed hash, with a key that lives as long as the process. Times are monotonic.
 */
export class ProvenPasswords {
  readonly #key = randomBytes(32);
  readonly #proven = new Map<string, Ms>();

  has(proof: Proof, now: Ms): boolean {
    const until = this.#proven.get(this.#digest(proof));
    return until !== undefined && now < until;
  }

  add(proof: Proof, now: Ms): void {
    const digest = this.#digest(proof);
    this.#proven.delete(digest);
    this.#proven.set(digest, now + TRUSTED_FOR);
    for (const oldest of this.#proven.keys()) {
      if (this.#proven.size <= MOST) break;
      this.#proven.delete(oldest);
    }
  }

  /** Each part has its length before it, so that no two proofs are written alike. */
  #digest({ name, password, hash, address }: Proof): string {
    const mac = createHmac('sha256', this.#key);
    for (const part of [name, password, hash, address]) mac.update(`${part.length}:${part}`);
    return mac.digest('base64');
  }
}
