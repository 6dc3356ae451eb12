import type { EpochMs } from '#model/time';

/** A viewer looks; an operator also acts on alarms; an admin also manages users. */
export type Role = 'viewer' | 'operator' | 'admin';
export const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];

/** Whether a role holds what another is needed for. */
export const includesRole = (role: Role, needed: Role): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(needed);

export const isRole = (text: unknown): text is Role => ROLES.some((role) => role === text);

/** A person who may log in. Users are disabled, never deleted: their name stands in the journal. */
export interface User {
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  /** The password is a one-time password: nothing else is served until it is changed. */
  readonly mustChange: boolean;
  readonly created: EpochMs;
  readonly lastLogin: EpochMs | null;
}

/** A new user, or one whose password was reset; the password is told once and not kept. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
}
