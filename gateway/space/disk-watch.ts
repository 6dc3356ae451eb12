import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportCondition } from '#model/condition';
import { HygateError } from '#model/errors';
import type { Journal, JournalEvent } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Outage, ReportOutage } from '#model/outage';
import type { Part } from '#model/part';
import { type Clock, type EpochMs, MINUTE, type Ms, SECOND, type Timer } from '#model/time';
import { AdmittingJournal } from './admitting-journal.ts';
import { Ballast } from './ballast.ts';
import { ballastOrder, type Level, levelOf, marksOf, type Room } from './room.ts';

const LOOK_EVERY: Ms = SECOND;
const BALLAST_AGAIN: Ms = MINUTE;
const MIB = 2 ** 20;

export interface DiskWatchOptions {
  /** The data folder: its file system is watched, and the ballast lies in it. */
  readonly dir: string;
  readonly journal: Journal;
  /** Tells people. */
  readonly report: ReportCondition;
  readonly onOutage?: ReportOutage;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** What the file system has; asked of it when left out. */
  readonly room?: () => Promise<Room>;
}

/**
 * Watches the room on the disk and whether the journal can write. Below the floor readings are refused at the door, so
 * that events, alarms and log-ins find room; when another program takes even that, the ballast is let go. All of it
 * ends by itself when there is room or the disk writes again.
 */
export class DiskWatch implements Part {
  readonly name = 'disk watch';
  readonly #options: DiskWatchOptions;
  readonly #ballast: Ballast;
  /** Monotonic. */
  #ballastNotBefore: Ms = Number.NEGATIVE_INFINITY;
  #level: Level = 'ample';
  #room: Room | undefined;
  #unwritable: { readonly since: EpochMs; readonly why: string } | undefined;
  #outage: Outage | undefined;
  #looking: Promise<void> = Promise.resolve();
  #timer: Timer | undefined;
  #running = false;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
    this.#ballast = new Ballast(join(options.dir, 'ballast'));
  }

  /** Before the journal: a disk that is full gets the ballast's room for the start. */
  async start(): Promise<void> {
    this.#running = true;
    await this.#look();
    this.#lookLater();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#timer?.cancel();
    await this.#looking;
  }

  /** The journal for whoever brings readings. */
  admitting(): Journal {
    return new AdmittingJournal(this.#options.journal, {
      refusal: () => this.#refusal(),
      failed: (error) => this.#failed(error),
    });
  }

  /** What keeps readings from being stored, for people. */
  complaints(): readonly string[] {
    const full = this.#level === 'full' ? [this.#full().message] : [];
    if (this.#unwritable === undefined) return full;
    return [...full, `The disk of ${this.#options.dir} cannot be written: ${this.#unwritable.why}.`];
  }

  #refusal(): HygateError | undefined {
    if (this.#level === 'full') return this.#full();
    // The disk is not asked for each reading again: the look of each second finds out whether it writes.
    return this.#unwritable && new HygateError('journal-unwritable', this.#unwritable.why);
  }

  #full(): HygateError {
    const { free = 0, total = 0 } = this.#room ?? {};
    const [left, floor] = [free, marksOf(total).floor].map((bytes) => Math.floor(bytes / MIB));
    const text = `the disk of ${this.#options.dir} has ${left} MiB left and readings are refused below ${floor}: free space, senders will retry`;
    return new HygateError('disk-full', text);
  }

  #failed(error: unknown): void {
    const broken = error instanceof HygateError && error.code === 'journal-unwritable';
    if (!broken || this.#unwritable !== undefined) return;
    const { clock, log } = this.#options;
    this.#unwritable = { since: clock.wall(), why: error.message };
    log.error({ err: error }, 'the journal cannot write; readings wait at their senders');
    this.#tell();
  }

  #lookLater(): void {
    this.#timer = this.#options.clock.after(LOOK_EVERY, () => {
      this.#looking = this.#look().finally(() => {
        if (this.#running) this.#lookLater();
      });
    });
  }

  async #look(): Promise<void> {
    try {
      this.#room = await (this.#options.room?.() ?? roomOf(this.#options.dir));
      await this.#balance(this.#room);
      this.#judge(this.#room);
      await this.#probe();
    } catch (error) {
      this.#options.log.error({ err: error }, 'the disk could not be looked at');
    }
    this.#tell();
  }

  /** A ballast that can be neither made nor let go keeps nothing else from being looked at. */
  async #balance(room: Room): Promise<void> {
    const { log } = this.#options;
    const order = ballastOrder(this.#ballast.there, room);
    try {
      if (order === 'release') {
        log.warn({ free: room.free }, 'the disk is full: the ballast is let go for events and alarms');
        this.#ballast.release();
      } else if (order === 'make') await this.#makeBallast(marksOf(room.total).ballast);
    } catch (error) {
      log.error({ order, err: error }, 'the ballast stays as it is');
    }
  }

  /** What fails is not written again each second: it would wear the disk. */
  async #makeBallast(bytes: number): Promise<void> {
    const now = this.#options.clock.monotonic();
    if (this.#unwritable !== undefined || now < this.#ballastNotBefore) return;
    this.#ballastNotBefore = now + BALLAST_AGAIN;
    await this.#ballast.make(bytes);
    this.#ballastNotBefore = now;
  }

  #judge(room: Room): void {
    const { clock, log } = this.#options;
    const before = this.#level;
    this.#level = levelOf(before, room);
    if (this.#level === before) return;
    const data = { level: this.#level, before, ...room };
    log[this.#level === 'full' ? 'error' : 'warn'](data, 'the room on the disk has changed its level');
    void this.#record({ type: 'disk-level-changed', at: clock.wall(), by: null, data });
  }

  /** The event that says that the journal writes again is what finds it out. */
  async #probe(): Promise<void> {
    const { clock, log } = this.#options;
    const unwritable = this.#unwritable;
    if (unwritable === undefined) return;
    const event = { type: 'disk-writable-again', at: clock.wall(), by: null, data: { ...unwritable } };
    if (!(await this.#record(event))) return;
    this.#unwritable = undefined;
    log.warn({ since: unwritable.since }, 'the journal writes again');
  }

  async #record(event: JournalEvent): Promise<boolean> {
    try {
      await this.#options.journal.record(event);
      return true;
    } catch (error) {
      this.#options.log.debug(
        { type: event.type, err: error },
        'an event of the disk could not be journaled',
      );
      return false;
    }
  }

  #tell(): void {
    const { report, meter } = this.#options;
    const unwritable = this.#unwritable !== undefined;
    report('disk-low', this.#level === 'low');
    report('disk-full', this.#level === 'full');
    report('disk-unwritable', unwritable);
    if (this.#room !== undefined) meter.gauge('hygate_disk_free_bytes', this.#room.free);
    meter.gauge('hygate_readings_held_off', this.#level === 'full' ? 1 : 0, { reason: 'disk-full' });
    meter.gauge('hygate_readings_held_off', unwritable ? 1 : 0, { reason: 'disk-unwritable' });
    this.#tellOutage(this.#level === 'full' || unwritable);
  }

  #tellOutage(lasts: boolean): void {
    const { onOutage, clock } = this.#options;
    if (lasts === (this.#outage !== undefined)) return;
    const begun = { cause: 'disk', device: null, from: clock.wall(), to: null, readings: null } as const;
    const outage = this.#outage ?? begun;
    onOutage?.(lasts ? outage : { ...outage, to: clock.wall() });
    this.#outage = lasts ? outage : undefined;
  }
}

async function roomOf(dir: string): Promise<Room> {
  const { bavail, blocks, bsize } = await statfs(dir);
  return { free: bavail * bsize, total: blocks * bsize };
}
