import { chmodSync } from 'node:fs';
import type { ReportCondition } from '#model/condition';
import { HygateError } from '#model/errors';
import type { Log } from '#model/log';
import { type Clock, type Ms, SECOND } from '#model/time';
import { isDamage, isDiskFailure } from '../../runtime/disk-error.ts';
import { UserStore } from './user-store.ts';

const TRY_AGAIN_AFTER: Ms = SECOND;

export interface UserFileOptions {
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Tells people. */
  readonly report?: ReportCondition;
}

/**
 * The users' file, which may be unreadable: then nobody logs in, and all else goes on. It is never replaced by an empty
 * one, which would let in whoever damages it; a file that is put back is found without a start.
 */
export class UserFile {
  readonly #options: UserFileOptions;
  #serving = false;
  #store: UserStore | undefined;
  #trouble: string | null = null;
  #triedAt: Ms = 0;

  constructor(options: UserFileOptions) {
    this.#options = options;
  }

  /** Why nobody can log in, for people; null when they can. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Throws only what a mended disk does not help against: a file of a newer version. */
  open(): void {
    const { file, clock } = this.#options;
    this.#serving = true;
    this.#triedAt = clock.monotonic();
    try {
      this.#store = new UserStore(file, (error) => this.#broken(error));
      chmodSync(file, 0o600);
      this.#tell(null);
    } catch (error) {
      if (!isDamage(error) && !isDiskFailure(error)) throw error;
      this.#broken(error);
    }
  }

  /** Looks again, when it was not, whether somebody has put the file back. */
  get usable(): boolean {
    if (!this.#serving) throw new Error('users are asked before they were started');
    const { clock } = this.#options;
    if (this.#store === undefined && clock.monotonic() - this.#triedAt >= TRY_AGAIN_AFTER) this.open();
    return this.#store !== undefined;
  }

  /** Throws `users-unreadable`. */
  get store(): UserStore {
    const { file } = this.#options;
    if (this.usable && this.#store !== undefined) return this.#store;
    const text = `${file} cannot be used (${this.#trouble}): put it back from a backup or mend the disk; until then nobody can log in`;
    throw new HygateError('users-unreadable', text);
  }

  close(): void {
    this.#serving = false;
    this.#closeStore();
  }

  #closeStore(): void {
    this.#store?.close();
    this.#store = undefined;
  }

  #broken(error: unknown): void {
    const { file, log } = this.#options;
    const why = error instanceof Error ? error.message : String(error);
    if (why !== this.#trouble) log.error({ file, err: error }, 'the file of users cannot be used');
    this.#closeStore();
    this.#tell(why);
  }

  #tell(trouble: string | null): void {
    this.#trouble = trouble;
    this.#options.report?.('users-unreadable', trouble !== null);
  }
}
