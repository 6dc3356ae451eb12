import { join } from 'node:path';
import type { Journal } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Part } from '#model/part';
import type { InfluxTarget, Site } from '#model/site';
import type { Clock, Ms, Timer } from '#model/time';
import type { ForwardData, ForwardNews } from './forward.thread.ts';
import { Thread } from './runtime/thread.ts';

/** How often the thread hears of new rows, and of how well the main thread keeps time. */
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
  #timer: Timer | undefined;
  #notes: readonly string[] = [];

  constructor(options: ForwardingOptions) {
    const { site, target, journal, dataDir, log, meter, clock } = options;
    this.#options = options;
    this.#thread = new Thread({
      name: this.name,
      entry: new URL('./forward.thread.ts', import.meta.url),
      data: (): ForwardData => ({
        ...{ site, target, dataDir },
        journalDir: join(dataDir, 'journal'),
        head: journal.head(),
      }),
      onMessage: (message) => {
        this.#notes = message as readonly string[];
      },
      log,
      meter,
      clock,
    });
  }

  /** What a person should look at, on the page and in /healthz; recording and alarms go on regardless. */
  notes(): readonly string[] {
    return this.#notes;
  }

  async start(): Promise<void> {
    await this.#thread.start();
    this.#tell(0);
  }

  stop(): Promise<void> {
    this.#timer?.cancel();
    return this.#thread.stop();
  }

  #tell(late: Ms): void {
    const { journal, clock } = this.#options;
    this.#thread.post({ head: journal.head(), late } satisfies ForwardNews);
    const due = clock.monotonic() + NEWS_EVERY;
    this.#timer = clock.after(NEWS_EVERY, () => this.#tell(clock.monotonic() - due));
  }
}
