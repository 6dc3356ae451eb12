import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import webPush, { type VapidKeys } from 'web-push';
import { HygateError } from '#model/errors';
import type { PushDesk, PushSubscription } from '#model/push';

/** A person's oldest device makes room for a new one. */
const MOST_DEVICES = 10;

export interface Device extends PushSubscription {
  readonly user: string;
}

/**
 * The gateway's key and the devices of its people, in a folder. The API and the channel share it: each call reads and
 * writes in one go, so that none undoes what another did. The files are small and change when people press a button.
 */
export class PushFolder implements PushDesk {
  readonly #dir: string;
  readonly #services: readonly string[];

  /** `services`: hosts of push services; one stands for what is below it, too. */
  constructor(dir: string, services: readonly string[]) {
    this.#dir = dir;
    this.#services = services;
  }

  key(): string {
    return this.keys().publicKey;
  }

  /** Made at the first call. With other keys every device would have to sign up again. */
  keys(): VapidKeys {
    const kept = this.#read('keys.json') as VapidKeys | undefined;
    if (kept !== undefined) return kept;
    const { publicKey, privateKey } = webPush.generateVAPIDKeys();
    this.#write('keys.json', { publicKey, privateKey });
    return { publicKey, privateKey };
  }

  devicesOf(user: string): readonly Device[] {
    return this.#devices().filter((device) => device.user === user);
  }

  subscribe(user: string, { endpoint, keys }: PushSubscription): void {
    if (!this.allows(endpoint)) {
      const advice = 'an administrator can allow it under `services` of the channel web-push';
      throw new HygateError('request-invalid', `The push service of this browser is not allowed; ${advice}.`);
    }
    const others = this.#devices().filter((device) => device.endpoint !== endpoint);
    const own = others.filter((device) => device.user === user).slice(1 - MOST_DEVICES);
    const rest = others.filter((device) => device.user !== user);
    this.#write('devices.json', [...rest, ...own, { user, endpoint, keys }]);
  }

  unsubscribe(user: string, endpoint: string): void {
    const devices = this.#devices();
    const left = devices.filter((device) => device.user !== user || device.endpoint !== endpoint);
    if (left.length < devices.length) this.#write('devices.json', left);
  }

  /** Whoever is logged in could else make the gateway send requests to any machine that it reaches. */
  allows(endpoint: string): boolean {
    const url = URL.parse(endpoint);
    if (url?.protocol !== 'https:' || url.username !== '') return false;
    return this.#services.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
  }

  #devices(): readonly Device[] {
    return (this.#read('devices.json') as readonly Device[] | undefined) ?? [];
  }

  #read(name: string): unknown {
    let text: string;
    try {
      text = readFileSync(join(this.#dir, name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    return JSON.parse(text);
  }

  /** Whole or not at all, whenever the power fails. */
  #write(name: string, content: unknown): void {
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    const path = join(this.#dir, name);
    const file = openSync(`${path}.new`, 'w', 0o600);
    try {
      writeSync(file, JSON.stringify(content));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.new`, path);
  }
}
