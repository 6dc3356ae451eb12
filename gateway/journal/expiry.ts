import { existsSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Consumer } from '#model/consumer';
import type { JournalEvent } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { DeviceId } from '#model/point';
import { splitPointId } from '#model/point';
import { horizonOf, keepOfPoint, longestOf, type RetentionPlan } from '#model/retention';
import type { Keep } from '#model/site';
import type { EpochMs } from '#model/time';
import { Cursor } from './cursor.ts';
import type { HistoryStore } from './history-store.ts';
import type { Notice } from './notices.ts';
import { BUSY_MS, segmentPath, syncFolder } from './segment.ts';
import { LOOK_EVERY, trustedTime } from './trusted-time.ts';

export interface ExpiryOptions {
  readonly dir: string;
  /** Null: everything stays. */
  readonly plan: RetentionPlan | null;
  /** Those that the site has: what one of them has not taken stays. */
  readonly consumers: readonly Consumer[];
  readonly history: Pick<HistoryStore, 'cursor' | 'eventsOf' | 'expire' | 'expiryClock' | 'setExpiryClock'>;
  readonly tell: (notice: Notice) => void;
  readonly log: Log;
  readonly meter: Meter;
}

/** A segment that is sealed, as the event `segment-sealed` tells it. */
interface Sealed {
  readonly segment: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly to: EpochMs | null;
  readonly data: JournalEvent['data'];
}

/**
 * Takes away what has been kept for its time. First the journal notes that a segment expires; only when that is
 * durable the file goes. A crash between the two is made up for at the next look.
 */
export class Expiry {
  readonly #options: ExpiryOptions;
  /** Of segments that were looked into: for how long what is in them must be kept. Nothing changes in them. */
  readonly #keeps = new Map<number, Keep>();
  /** Noted in this run; the journal may not have it yet. */
  readonly #noted = new Set<number>();
  readonly #horizons = new Map<DeviceId, EpochMs>();
  #lookedAt: EpochMs = 0;

  constructor(options: ExpiryOptions) {
    this.#options = options;
  }

  /** Now and then; most calls do nothing. */
  tick(now: EpochMs): void {
    if (this.#options.plan === null || Math.abs(now - this.#lookedAt) < LOOK_EVERY) return;
    this.#lookedAt = now;
    this.look(this.#options.plan, now);
  }

  look(plan: RetentionPlan, now: EpochMs): void {
    const { history } = this.#options;
    const trusted = trustedTime(history.expiryClock, now);
    history.setExpiryClock(trusted);
    const expired = this.#expired();
    this.#removeFiles(expired);
    this.#noteSegments(plan, trusted, expired);
    this.#expireHours(plan, trusted);
  }

  #expired(): ReadonlySet<number> {
    const events = this.#options.history.eventsOf('segment-expired');
    return new Set(events.map(({ data }) => Number(data['segment'])));
  }

  #removeFiles(expired: ReadonlySet<number>): void {
    const { dir, log, meter } = this.#options;
    const left = [...expired].filter((no) => existsSync(segmentPath(dir, no)));
    for (const segment of left) {
      for (const suffix of ['-wal', '-shm', '']) rmSync(segmentPath(dir, segment) + suffix, { force: true });
      meter.count('hygate_journal_segments_expired_total');
      log.info({ segment }, 'a segment was kept for its time and is removed');
    }
    if (left.length > 0) syncFolder(dir);
  }

  #noteSegments(plan: RetentionPlan, now: EpochMs, expired: ReadonlySet<number>): void {
    const safe = this.#safeSeq();
    let newest = Number.NEGATIVE_INFINITY;
    for (const sealed of this.#sealed()) {
      // A clock that was wrong when the last row came: what came before it is not younger for that.
      newest = Math.max(newest, sealed.to ?? newest);
      const { segment, lastSeq } = sealed;
      if (expired.has(segment) || this.#noted.has(segment) || lastSeq > safe) continue;
      if (!existsSync(segmentPath(this.#options.dir, segment))) continue;
      if (this.#mayGo(segment, newest, { plan, now })) this.#note(sealed, now);
    }
  }

  /** The newest row of the segment must be older than the longest that anything in it is to be kept. */
  #mayGo(segment: number, newest: EpochMs, { plan, now }: { plan: RetentionPlan; now: EpochMs }): boolean {
    const keep = this.#keeps.get(segment) ?? this.#keepOf(segment, plan);
    this.#keeps.set(segment, keep);
    return newest < horizonOf(keep, now) && this.#newestRow(segment) < horizonOf(keep, now);
  }

  #keepOf(segment: number, plan: RetentionPlan): Keep {
    return this.#read(segment, (db) => {
      const points = db.prepare('SELECT id FROM point').all();
      return points.length === 0
        ? plan.unknown
        : longestOf(points.map(({ id }) => keepOfPoint(plan, String(id))));
    });
  }

  /** Rows are in the order in which they came, and the clock may have been put back meanwhile. */
  #newestRow(segment: number): EpochMs {
    return this.#read(segment, (db) =>
      Number(db.prepare('SELECT max(arrived) AS at FROM entry').get()?.['at'] ?? 0),
    );
  }

  #read<T>(segment: number, work: (db: DatabaseSync) => T): T {
    const db = new DatabaseSync(segmentPath(this.#options.dir, segment), {
      readOnly: true,
      timeout: BUSY_MS,
    });
    try {
      return work(db);
    } finally {
      db.close();
    }
  }

  #note({ segment, data }: Sealed, now: EpochMs): void {
    this.#noted.add(segment);
    const event = { type: 'segment-expired', at: now, by: null, data: { ...data, reason: 'retention' } };
    this.#options.tell({ kind: 'event', event });
  }

  #sealed(): Sealed[] {
    const events = this.#options.history.eventsOf('segment-sealed');
    const all = events.map(({ data }) => ({
      ...{
        segment: Number(data['segment']),
        firstSeq: Number(data['firstSeq']),
        lastSeq: Number(data['lastSeq']),
      },
      ...{ to: typeof data['to'] === 'number' ? data['to'] : null, data },
    }));
    return all.sort((a, b) => a.segment - b.segment);
  }

  /** Nobody needs the rows up to this one any more: every consumer is past them, and the history has them. */
  #safeSeq(): number {
    const { dir, consumers, log, history } = this.#options;
    const cursors = consumers.map((name) => new Cursor(dir, name, log).get());
    return Math.min(history.cursor, ...cursors);
  }

  /** By whole months, so that one event a month and device tells of it. */
  #expireHours(plan: RetentionPlan, now: EpochMs): void {
    const { history, tell } = this.#options;
    const before = (point: string): EpochMs => monthOf(horizonOf(keepOfPoint(plan, point), now));
    for (const [point, first] of history.expire(before)) {
      const device = splitPointId(point)?.device ?? point;
      const to = before(point);
      if (this.#horizons.get(device) === to) continue;
      this.#horizons.set(device, to);
      tell({ kind: 'outage', outage: { cause: 'expired', device, from: first, to, readings: null } });
    }
  }
}

/** When its month (UTC) began. */
function monthOf(at: EpochMs): EpochMs {
  if (!Number.isFinite(at)) return at;
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}
