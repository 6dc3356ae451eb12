import type { Entry } from '#model/journal';
import { silentLog } from '#model/log';
import type { Meter } from '#model/meter';
import type { Reading } from '#model/reading';
import type { InfluxTarget } from '#model/site';
import { realClock } from '#model/time';
import { AsideDesk } from '../../gateway/forward/influx/aside-desk.ts';
import { Forwarder, setAsidePath } from '../../gateway/forward/influx/forwarder.ts';
import type { ForwardSite } from '../../gateway/forward/influx/line.ts';
import { journalLines } from '../../gateway/forward/influx/line-source.ts';

/** Rows that stand in for the journal's, with a cursor that remembers, and the counts of the forwarder. */
export class InfluxJournal {
  readonly entries: Entry[] = [];
  readonly counts = new Map<string, number>();
  /** Every value the cursor was set to. */
  readonly cursors: number[] = [];
  #forwarder: Forwarder<Entry> | undefined;
  #bell = Promise.withResolvers<void>();

  append(readings: readonly Reading[]): void {
    this.entries.push({ kind: 'readings', seq: this.entries.length + 1, arrived: 0, readings });
    this.#bell.resolve();
    this.#bell = Promise.withResolvers();
  }

  /** The last row that the forwarder is done with. */
  get accepted(): number {
    return this.#forwarder?.accepted ?? 0;
  }

  get done(): boolean {
    return this.accepted === this.entries.length;
  }

  forward(target: InfluxTarget, site: ForwardSite, dir: string): { stop(): Promise<void> } {
    const cursor = {
      get: () => this.cursors.at(-1) ?? 0,
      set: (seq: number) => void this.cursors.push(seq),
    };
    const follow = (seq: number, signal: AbortSignal) => this.#follow(seq, signal);
    const deps = { clock: realClock, log: silentLog, meter: this.#meter() };
    const aside = new AsideDesk(setAsidePath(dir), deps.meter);
    const source = journalLines(site);
    const forwarder = new Forwarder({ stream: 'journal', target, source, follow, cursor, aside, ...deps });
    this.#forwarder = forwarder;
    forwarder.start();
    return {
      stop: async () => {
        await forwarder.stop();
        aside.close();
      },
    };
  }

  async *#follow(seq: number, signal: AbortSignal): AsyncGenerator<Entry> {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    for (let next = seq; !signal.aborted; ) {
      const entry = this.entries[next];
      if (entry === undefined) {
        await Promise.race([this.#bell.promise, aborted]);
      } else {
        next += 1;
        yield entry;
      }
    }
  }

  #meter(): Meter {
    const add = (key: string, by: number) => this.counts.set(key, (this.counts.get(key) ?? 0) + by);
    return {
      count: (name, labels, by = 1) => add([name, ...Object.values(labels ?? {})].join(' '), by),
      gauge: (name, value, labels) =>
        void this.counts.set([name, ...Object.values(labels ?? {})].join(' '), value),
      time: () => undefined,
    };
  }
}
