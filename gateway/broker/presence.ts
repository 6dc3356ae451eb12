import type { ReportOutage } from '#model/outage';
import type { DeviceId } from '#model/point';
import type { Site } from '#model/site';
import type { Clock, EpochMs } from '#model/time';
import type { Account } from './authentication.ts';

export interface PresenceOptions {
  readonly site: Site;
  readonly clock: Clock;
  readonly onOutage?: ReportOutage;
}

/** Which loggers are connected, and since when the others are not: while they are away their readings are missing. */
export class Presence {
  readonly #options: PresenceOptions;
  /** Connections of each logger: a new one may come before the old one is known to be dead. */
  readonly #connections = new Map<DeviceId, Set<object>>();
  readonly #away = new Map<DeviceId, EpochMs>();
  #watching = false;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** Nobody is connected yet. */
  start(): void {
    this.#watching = true;
    const { devices } = this.#options.site;
    for (const { id, link } of devices) if (link.protocol === 'mqtt') this.#miss(id);
  }

  /** From here on loggers are away because the broker stops, which is another cause. */
  stop(): void {
    this.#watching = false;
    this.#connections.clear();
    this.#away.clear();
  }

  enter(connection: object, account: Account | undefined): void {
    if (account?.role !== 'logger') return;
    const { device } = account;
    this.#of(device).add(connection);
    const from = this.#away.get(device);
    if (from === undefined) return;
    this.#away.delete(device);
    this.#tell(device, from, this.#options.clock.wall());
  }

  leave(connection: object, account: Account | undefined): void {
    if (account?.role !== 'logger' || !this.#watching) return;
    const connections = this.#of(account.device);
    if (connections.delete(connection) && connections.size === 0) this.#miss(account.device);
  }

  #of(device: DeviceId): Set<object> {
    const connections = this.#connections.get(device) ?? new Set();
    this.#connections.set(device, connections);
    return connections;
  }

  #miss(device: DeviceId): void {
    const from = this.#options.clock.wall();
    this.#away.set(device, from);
    this.#tell(device, from, null);
  }

  #tell(device: DeviceId, from: EpochMs, to: EpochMs | null): void {
    this.#options.onOutage?.({ cause: 'device-offline', device, from, to, readings: null });
  }
}
