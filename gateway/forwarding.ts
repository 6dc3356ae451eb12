import { join } from 'node:path';
import type { Journal } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Part } from '#model/part';
import type { InfluxTarget, Site } from '#model/site';
import type { Clock, Ms, Timer } from '#model/time';
import type { ForwardData } from './forward.thread.ts';
import { Thread } from './runtime/thread.ts';

/** How often the thread hears of new rows. */
const NEWS_EVERY: Ms = 200;

export interface ForwardingOptions {
  readonly site: Site;
  readonly target: InfluxTarget;
  readonly journal: Pick<Journal, 'head'>;
  readonly dataDir: string;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
}

/** The way to InfluxDB, in a thread of its own: it reads the journal's files and holds nobody up. */
export class Forwarding implements Part {
  readonly name = 'forwarding';
  readonly #options: ForwardingOptions;
  readonly #thread: Thread;
  #told = 0;
  #timer: Timer | undefined;

  constructor(options: ForwardingOptions) {
    const { site, target, dataDir, log, meter, clock } = options;
    this.#options = options;
    this.#thread = new Thread({
      name: this.name,
      entry: new URL('./forward.thread.ts', import.meta.url),
      data: (): ForwardData => ({ site, target, dataDir, journalDir: join(dataDir, 'journal') }),
      onMessage: () => {},
      log,
      meter,
      clock,
    });
  }

  async start(): Promise<void> {
    await this.#thread.start();
    this.#tell();
  }

  stop(): Promise<void> {
    this.#timer?.cancel();
    return this.#thread.stop();
  }

  #tell(): void {
    const { journal, clock } = this.#options;
    const head = journal.head();
    if (head !== this.#told) this.#thread.post(head);
    this.#told = head;
    this.#timer = clock.after(NEWS_EVERY, () => this.#tell());
  }
}
