import type { Journal, JournalEvent } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Outage, ReportOutage } from '#model/outage';
import type { EpochMs } from '#model/time';
import { EventQueue } from '../runtime/event-queue.ts';
import type { Damage } from './damage.ts';
import type { SignedRoot } from './root.ts';

/** What a thread of the journal found or did by itself, and the journal is to remember. */
export type Notice =
  | { readonly kind: 'event'; readonly event: JournalEvent }
  | { readonly kind: 'outage'; readonly outage: Outage }
  | { readonly kind: 'root'; readonly root: SignedRoot }
  | { readonly kind: 'damage'; readonly damage: Damage };

export interface NoticesOptions {
  readonly record: Journal['record'];
  /** The wall clock. */
  readonly now: () => EpochMs;
  readonly onRoot: (root: SignedRoot) => void;
  readonly onOutage: ReportOutage;
  readonly log: Log;
  readonly meter: Meter;
}

/** Damages of which an event was made in this run. */
const MOST_DAMAGES = 1_000;

/** Makes events of notices. They wait until the journal takes them; those of a damage come once, whoever found it. */
export class Notices {
  readonly #options: NoticesOptions;
  readonly #damages = new Set<string>();
  readonly #events: EventQueue;
  #serving = false;

  constructor(options: NoticesOptions) {
    this.#options = options;
    this.#events = new EventQueue(options);
  }

  /** The journal writes from now on, or no longer. */
  serve(serving: boolean): void {
    this.#serving = serving;
    void this.flush();
  }

  /** Now and then, for what a full disk refused, and before the journal ends: then the next start makes it again. */
  async flush(): Promise<void> {
    if (this.#serving) await this.#events.flush();
  }

  take(notice: Notice): void {
    if (notice.kind === 'event') this.#record(notice.event);
    else if (notice.kind === 'outage') this.#options.onOutage(notice.outage);
    else if (notice.kind === 'root') this.#root(notice.root);
    else this.#damage(notice.damage);
  }

  #root(root: SignedRoot): void {
    this.#record({ type: 'root-signed', at: root.at, by: null, data: { ...root } });
    this.#options.onRoot(root);
  }

  #damage(damage: Damage): void {
    const { segment, from, to, after, before } = damage;
    const key = `${segment} ${from}`;
    if (this.#damages.has(key) || this.#damages.size >= MOST_DAMAGES) return;
    this.#damages.add(key);
    const now = this.#options.now();
    this.#record({ type: 'rows-damaged', at: now, by: null, data: { segment, from, to, after, before } });
    const span = { from: after ?? before ?? now, to: before ?? now };
    this.#options.onOutage({ cause: 'damaged', device: null, ...span, readings: null });
  }

  #record(event: JournalEvent): void {
    this.#events.add([event]);
    void this.flush();
  }
}
