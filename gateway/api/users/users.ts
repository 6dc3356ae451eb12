import { createHash, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportCondition } from '#model/condition';
import { HygateError } from '#model/errors';
import type { Journal } from '#model/journal';
import type { Log } from '#model/log';
import type { Part } from '#model/part';
import { type Clock, DAY, type EpochMs, HOUR, type Ms } from '#model/time';
import { Attempts } from './attempts.ts';
import {
  hashPassword,
  LONGEST_PASSWORD,
  oneTimePassword,
  passwordWeakness,
  verifyPassword,
} from './password.ts';
import { type Proof, ProvenPasswords } from './proven-passwords.ts';
import type { Credentials, Role, User } from './user.ts';
import { UserFile } from './user-file.ts';
import type { UserStore } from './user-store.ts';

/** A session ends after this long without a request; a wall screen keeps its own alive. */
export const SESSION_IDLE: Ms = 7 * DAY;
/** A session's end moves at most this often, so that looking does not write to the disk all the time. */
const EXTEND_AFTER: Ms = HOUR;
/** NIST SP 800-63B-4, 5.1: a session secret has at least 64 bits; 256 cannot be guessed. */
const TOKEN_BYTES = 32;
const FIRST_ADMINISTRATOR = 'admin';
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,47}$/u;

export interface UsersOptions {
  /** The data folder; the file is `users.sqlite` in it. */
  readonly dir: string;
  /** Where what people do is recorded. */
  readonly journal: Pick<Journal, 'record'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Tells people that nobody can log in. */
  readonly report?: ReportCondition;
}

export interface LoggedIn {
  /** The secret of the session: to the client and nowhere else. */
  readonly token: string;
  readonly user: User;
}

/** Who may log in, and who is. Passwords are kept as argon2id, sessions as the hash of their token. */
export class Users implements Part {
  readonly name = 'users';
  readonly #options: UsersOptions;
  readonly #attempts = new Attempts();
  readonly #proven = new ProvenPasswords();
  /** By what is tried: a program that asks for much at once is looked at once. */
  readonly #proving = new Map<string, Promise<User>>();
  readonly #file: UserFile;
  /** Compared with when the name is unknown, so that the answer takes equally long. */
  #decoy: Promise<string> | undefined;

  constructor(options: UsersOptions) {
    this.#options = options;
    this.#file = new UserFile({ ...options, file: join(options.dir, 'users.sqlite') });
  }

  /** A file that cannot be read stops nothing but log-ins. Throws `journal-newer` for one of a newer version. */
  async start(): Promise<void> {
    await mkdir(this.#options.dir, { recursive: true });
    this.#file.open();
    this.#decoy = hashPassword(randomBytes(TOKEN_BYTES).toString('hex'));
    await this.#decoy;
  }

  async stop(): Promise<void> {
    this.#file.close();
  }

  /** Why nobody can log in, for people. */
  complaints(): readonly string[] {
    const { trouble } = this.#file;
    return trouble === null ? [] : [`Nobody can log in, users.sqlite cannot be used: ${trouble}.`];
  }

  /**
   * Makes the first administrator where there is no user yet; its one-time password is returned here only. Until
   * somebody has logged in each start gives a new one: a start that failed later may never have shown the first.
   */
  async firstStart(): Promise<Credentials | null> {
    if (this.#file.trouble !== null) return null;
    try {
      if (this.#store.isEmpty()) return await this.create(FIRST_ADMINISTRATOR, 'admin', null);
      const untouched = this.all().every(({ lastLogin }) => lastLogin === null);
      return untouched ? await this.resetPassword(FIRST_ADMINISTRATOR, null) : null;
    } catch (error) {
      if (!(error instanceof HygateError) || error.code !== 'users-unreadable') throw error;
      this.#options.log.error({ err: error }, 'the first administrator waits for the next start');
      return null;
    }
  }

  all(): readonly User[] {
    return this.#store.users();
  }

  /** `by` is the administrator who does it; null for the program itself. Throws `user-exists`, `request-invalid`. */
  async create(name: string, role: Role, by: string | null): Promise<Credentials> {
    if (!NAME.test(name)) {
      throw new HygateError(
        'request-invalid',
        'A user name has 1 to 48 letters, digits, dots, hyphens or underscores.',
      );
    }
    const password = oneTimePassword();
    const hash = await hashPassword(password);
    if (this.#store.user(name) !== undefined) {
      throw new HygateError('user-exists', `There is a user "${name}" already; choose another name.`);
    }
    this.#store.addUser({ name, role, hash, at: this.#options.clock.wall() });
    await this.#record('user-created', by, { user: name, role });
    return { name, password };
  }

  /** Gives the user a new one-time password and ends the user's sessions. Throws `user-unknown`. */
  async resetPassword(name: string, by: string | null): Promise<Credentials> {
    const user = this.#existing(name);
    const password = oneTimePassword();
    this.#store.setPassword(user.name, await hashPassword(password), true);
    await this.#record('password-reset', by, { user: user.name });
    return { name: user.name, password };
  }

  /** Throws `user-unknown`, `last-administrator`. */
  async setDisabled(name: string, disabled: boolean, by: string): Promise<void> {
    const user = this.#existing(name);
    const admins = this.all().filter((other) => other.role === 'admin' && !other.disabled);
    if (disabled && admins.length === 1 && admins[0]?.name === user.name) {
      throw new HygateError(
        'last-administrator',
        `"${user.name}" is the last administrator and stays enabled.`,
      );
    }
    this.#store.setDisabled(user.name, disabled);
    await this.#record(disabled ? 'user-disabled' : 'user-enabled', by, { user: user.name });
  }

  /** Throws `login-failed` for any wrong pair, `too-many-requests` after too many of them. */
  async login(name: string, password: string, address: string): Promise<LoggedIn> {
    const user = await this.#authenticate(name, password, address);
    const token = this.#openSession(user.name);
    await this.#record('login', user.name, { address });
    return { token, user };
  }

  /**
   * The user of a program that sends its password with each request and has no session. Throws as `login`. What was right
   * a short while ago costs no hashing; whether the user is disabled, and the role, are looked up each time.
   */
  async userByPassword(name: string, password: string, address: string): Promise<User> {
    const user = this.#store.user(name);
    const hash = this.#store.hashOf(name) ?? '';
    const proof = { name: name.toLowerCase(), password, hash, address };
    const now = this.#options.clock.monotonic();
    if (user !== undefined && !user.disabled && this.#proven.has(proof, now)) return user;
    const key = JSON.stringify(proof);
    const proving = this.#proving.get(key) ?? this.#prove(proof);
    this.#proving.set(key, proving);
    return proving.finally(() => this.#proving.delete(key));
  }

  async #prove(proof: Proof): Promise<User> {
    const user = await this.#authenticate(proof.name, proof.password, proof.address);
    this.#proven.add(proof, this.#options.clock.monotonic());
    return user;
  }

  async #authenticate(name: string, password: string, address: string): Promise<User> {
    const key = name.toLowerCase();
    this.#refuseGuessing(key, address);
    // A failure until it turns out right: of many tries at once each counts before the next is looked at.
    this.#attempts.failed(key, address, this.#options.clock.monotonic());
    const user = this.#store.user(name);
    if (!(await this.#matches(name, password)) || user === undefined || user.disabled) {
      await this.#record('login-failed', null, { user: name.slice(0, 48), address });
      throw new HygateError('login-failed', 'The name or the password is wrong.');
    }
    this.#attempts.succeeded(key, address);
    return user;
  }

  /** The user of a live session, which lives on by being used; undefined when it is unknown or has ended. */
  userOf(token: string): User | undefined {
    if (!this.#file.usable) return undefined;
    const now = this.#options.clock.wall();
    const hash = hashToken(token);
    const session = this.#store.session(hash);
    if (session === undefined || session.expires <= now || session.user.disabled) return undefined;
    const expires = now + SESSION_IDLE;
    if (expires - session.expires > EXTEND_AFTER) this.#extend(hash, expires);
    return session.user;
  }

  /** A disk that is full must not lock people out just when they are needed: the session only ends sooner. */
  #extend(hash: string, expires: EpochMs): void {
    try {
      this.#store.extendSession(hash, expires);
    } catch (error) {
      this.#options.log.error({ err: error }, 'a session could not be extended');
    }
  }

  async logout(token: string): Promise<void> {
    const user = this.userOf(token);
    if (user === undefined) return;
    this.#store.endSession(hashToken(token));
    await this.#record('logout', user.name, {});
  }

  /** Ends all sessions of the user and opens a new one. Throws `login-failed`, `password-weak`, `too-many-requests`. */
  async changePassword(
    user: User,
    passwords: { current: string; next: string },
    address: string,
  ): Promise<LoggedIn> {
    const { name } = user;
    this.#refuseGuessing(name.toLowerCase(), address);
    if (!(await this.#matches(name, passwords.current))) {
      this.#attempts.failed(name.toLowerCase(), address, this.#options.clock.monotonic());
      throw new HygateError('login-failed', 'The present password is wrong.');
    }
    const weakness = passwordWeakness(passwords.next, { name, current: passwords.current });
    if (weakness !== undefined) throw new HygateError('password-weak', weakness);
    this.#store.setPassword(name, await hashPassword(passwords.next), false);
    const token = this.#openSession(name);
    await this.#record('password-changed', name, { address });
    return { token, user: this.#existing(name) };
  }

  get #store(): UserStore {
    return this.#file.store;
  }

  #existing(name: string): User {
    const user = this.#store.user(name);
    if (user === undefined) throw new HygateError('user-unknown', `There is no user "${name}".`);
    return user;
  }

  #refuseGuessing(name: string, address: string): void {
    const wait = this.#attempts.wait(name, address, this.#options.clock.monotonic());
    if (wait === 0) return;
    const seconds = Math.ceil(wait / 1000);
    throw new HygateError('too-many-requests', `Too many failed log-ins; try again in ${seconds} s.`);
  }

  async #matches(name: string, password: string): Promise<boolean> {
    if (password.length > LONGEST_PASSWORD) return false;
    const hash = this.#store.hashOf(name);
    const matches = await verifyPassword(password, hash ?? (await this.#decoy) ?? '');
    return hash !== undefined && matches;
  }

  #openSession(name: string): string {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const at = this.#options.clock.wall();
    const stored = this.#store.addSession(hashToken(token), name, { at, expires: at + SESSION_IDLE });
    if (!stored)
      this.#options.log.warn({ user: name }, 'the disk refused a session; it lasts until a restart');
    return token;
  }

  /** A journal that cannot write must not lock people out just when they are needed: it is logged instead. */
  async #record(type: string, by: string | null, data: Readonly<Record<string, unknown>>): Promise<void> {
    const { journal, clock, log } = this.#options;
    try {
      await journal.record({ type, at: clock.wall(), by, data });
    } catch (error) {
      log.error({ type, by, ...data, err: error }, 'what a person did could not be journaled');
    }
  }
}

/** The token has 256 random bits: a plain hash of it can be stored and looked up. */
const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');
