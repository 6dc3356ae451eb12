import type { JournalEvent } from '#model/journal';
import type { Log } from '#model/log';
import type { Outage, ReportOutage } from '#model/outage';
import type { EpochMs } from '#model/time';
import type { Damage } from './damage.ts';
import type { SignedRoot } from './root.ts';

/** What a thread of the journal found or did by itself, and the journal is to remember. */
export type Notice =
  | { readonly kind: 'event'; readonly event: JournalEvent }
  | { readonly kind: 'outage'; readonly outage: Outage }
  | { readonly kind: 'root'; readonly root: SignedRoot }
  | { readonly kind: 'damage'; readonly damage: Damage };

export interface NoticesOptions {
  readonly record: (event: JournalEvent) => Promise<number>;
  /** The wall clock. */
  readonly now: () => EpochMs;
  readonly onRoot: (root: SignedRoot) => void;
  readonly onOutage: ReportOutage;
  readonly log: Log;
}

/** Damages of which an event was made in this run. */
const MOST_DAMAGES = 1_000;

/** Makes events of notices. They wait until the journal writes; those of a damage come once, whoever found it. */
export class Notices {
  readonly #options: NoticesOptions;
  readonly #damages = new Set<string>();
  #waiting: JournalEvent[] = [];
  #serving = false;

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  /** The journal writes from now on, or no longer. */
  serve(serving: boolean): void {
    this.#serving = serving;
    if (serving) for (const event of this.#waiting.splice(0)) this.#record(event);
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
    if (!this.#serving) {
      this.#waiting.push(event);
      return;
    }
    this.#options.record(event).catch((err: Error) => {
      this.#options.log.warn(
        { err, type: event.type },
        'the journal could not note what it did; it does so again',
      );
    });
  }
}
