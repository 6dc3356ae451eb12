import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Consumer } from '#model/consumer';
import type { JournalEvent } from '#model/journal';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Outage } from '#model/outage';
import type { RetentionPlan } from '#model/retention';
import { DAY, type EpochMs } from '#model/time';
import { BodyWriter } from '../../gateway/journal/body.ts';
import { historyPath } from '../../gateway/journal/history-file.ts';
import { JournalWriter } from '../../gateway/journal/journal-writer.ts';
import { listSegments } from '../../gateway/journal/segment.ts';

/** Ten years are some 15,000 fsyncs: in memory, where the system has such a place. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A journal of which years pass in a test: what its writer tells is recorded as the main thread would. */
export class JournalOfYears {
  /** The data folder around it. */
  readonly data = mkdtempSync(join(PLACE, 'hygate-years-'));
  readonly dir = join(this.data, 'journal');
  readonly events: JournalEvent[] = [];
  readonly outages: Outage[] = [];
  /** While set, what the writer tells does not become durable. */
  deaf = false;
  /** Of the site; a change counts from the next start on. */
  consumers: readonly Consumer[] = [];
  readonly #plan: RetentionPlan;
  readonly #told: JournalEvent[] = [];
  #writer: JournalWriter;
  #now: EpochMs;

  constructor(plan: RetentionPlan, now: EpochMs) {
    this.#plan = plan;
    this.#now = now;
    mkdirSync(this.dir);
    this.#writer = this.#open();
  }

  get segments(): number[] {
    return listSegments(this.dir);
  }

  /** Readings of now: one of each point. */
  measure(points: readonly string[]): void {
    const body = new BodyWriter();
    for (const [no, point] of points.entries()) body.define(no, point);
    for (const no of points.keys()) body.reading(no, this.#now, no, 0);
    this.#writer.commit({ arrived: this.#now, readings: body.take(), events: [] });
    this.#settle();
  }

  /** A day, or the clock goes to `now` at once; then the writer looks about. */
  pass(now: EpochMs = this.#now + DAY): void {
    this.#now = now;
    this.#writer.tick(now);
    this.#settle();
  }

  /** As `pass`, for a clock that nobody doubts: years go by in longer steps. */
  passTrusted(now: EpochMs): void {
    this.restart(now, () => {
      const db = new DatabaseSync(historyPath(this.dir));
      db.prepare("INSERT OR REPLACE INTO meta VALUES ('expiry-clock', ?)").run(now);
      db.close();
    });
    this.pass(now);
  }

  restart(now = this.#now, between = () => {}): void {
    this.#now = now;
    this.#writer.close(this.#now);
    between();
    this.#writer = this.#open();
    this.#settle();
  }

  /** As kill -9 leaves it, as far as one process can: nothing is told any more, and the next start finds the files. */
  crash(): void {
    const deaf = this.deaf;
    this.deaf = true;
    this.restart();
    this.deaf = deaf;
  }

  of(type: string): JournalEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  remove(): void {
    this.#writer.close(this.#now);
    rmSync(this.data, { recursive: true });
  }

  #settle(): void {
    while (this.#writer.idle());
    for (const event of this.#told.splice(0)) {
      this.#writer.commit({ arrived: this.#now, readings: null, events: [event] });
      this.events.push(event);
    }
  }

  #open(): JournalWriter {
    return new JournalWriter({
      ...{ dir: this.dir, segmentBytes: 2 ** 30, openReadings: 1_000, now: this.#now, site: 'years' },
      ...{
        retention: this.#plan,
        consumers: this.consumers,
        identity: { boot: null, run: 'years' },
        log: silentLog,
        meter: silentMeter,
      },
      tell: (notice) => {
        if (this.deaf) return;
        if (notice.kind === 'event') this.#told.push(notice.event);
        if (notice.kind === 'outage') this.outages.push(notice.outage);
      },
    });
  }
}
