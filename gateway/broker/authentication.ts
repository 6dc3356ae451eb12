import { createHash, timingSafeEqual } from 'node:crypto';
import type { DeviceId } from '#model/point';
import type { MqttClient, Site } from '#model/site';

/** Who is on the other end of a connection. */
export type Account =
  | { readonly role: 'logger'; readonly user: string; readonly device: DeviceId }
  | { readonly role: 'collector' | 'reader'; readonly user: string };

interface Entry {
  readonly account: Account;
  readonly digest: Buffer;
}

export type Accounts = ReadonlyMap<string, Entry>;

const digestOf = (password: Uint8Array | string): Buffer => createHash('sha256').update(password).digest();

/** Compared against when the user is unknown, so that the answer takes as long as for a known one. */
const NOBODY = digestOf('');

/** Everyone who may connect: the site's loggers, its clients, and those that the gateway made for itself. */
export function accountsOf(site: Site, extra: readonly MqttClient[]): Accounts {
  const accounts = new Map<string, Entry>();
  for (const { user, password, role } of [...site.clients, ...extra]) {
    accounts.set(user, { account: { role, user }, digest: digestOf(password) });
  }
  for (const { id, link } of site.devices) {
    if (link.protocol !== 'mqtt') continue;
    const account = { role: 'logger', user: link.user, device: id } as const;
    accounts.set(link.user, { account, digest: digestOf(link.password) });
  }
  return accounts;
}

/** The account of the user when the password is right. Nobody is anonymous, and no password is empty. */
export function logIn(
  accounts: Accounts,
  user: string | undefined,
  password: Uint8Array | undefined,
): Account | undefined {
  const entry = user === undefined ? undefined : accounts.get(user);
  const given = password ?? new Uint8Array(0);
  // Digests have one length, which timingSafeEqual needs and which hides the password's.
  const equal = timingSafeEqual(digestOf(given), entry?.digest ?? NOBODY);
  return equal && given.length > 0 ? entry?.account : undefined;
}
