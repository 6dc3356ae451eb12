import type { Client } from 'aedes';

/** Filters of one client. Each is looked through for every message that goes out, and brings its retained ones. */
const MAX_FILTERS = 100;

/** How many different filters each client holds. */
export class Subscriptions {
  readonly #filters = new WeakMap<Client, Set<string>>();

  /** False when the client has as many as it may. One that it has already is no other. */
  add(client: Client, filter: string): boolean {
    const filters = this.#filters.get(client) ?? new Set();
    this.#filters.set(client, filters);
    if (!filters.has(filter) && filters.size >= MAX_FILTERS) return false;
    filters.add(filter);
    return true;
  }

  remove(client: Client, filters: readonly string[]): void {
    for (const filter of filters) this.#filters.get(client)?.delete(filter);
  }
}
