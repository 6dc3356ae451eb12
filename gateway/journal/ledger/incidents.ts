import type { JournalEvent } from '#model/journal';
import { GAP_CAUSES, type GapCause, type Outage } from '#model/outage';
import { type PointId, splitPointId } from '#model/point';
import { readPoints } from '#model/points-event';
import type { EpochMs, Ms } from '#model/time';
import { CauseSpans } from './cause-spans.ts';

/** A span in which a point was in the site file with one period. */
export interface Era {
  readonly from: EpochMs;
  /** Infinity: it lasts. */
  readonly to: EpochMs;
  readonly every: Ms;
}

/** The events from which the ledger is made, in the order of the journal. */
export const INCIDENT_TYPES = ['points-configured', 'gateway-started', 'outage', 'segment-expired'] as const;

const causes: ReadonlySet<unknown> = new Set(GAP_CAUSES);
const isCause = (value: unknown): value is GapCause => causes.has(value);
const isTime = (value: unknown): value is EpochMs => typeof value === 'number' && Number.isFinite(value);

const deviceOf = (point: PointId): string => splitPointId(point)?.device ?? point;

/** What the journal's events say of points and outages. Only grows: feed it each event once, in order. */
export class Incidents {
  readonly #eras = new Map<PointId, Era[]>();
  readonly #outages = new Map<string, Outage>();
  readonly #open = new Set<string>();
  readonly #spans = new Map<string, CauseSpans>();

  /** Every point that was ever configured. */
  get points(): Iterable<PointId> {
    return this.#eras.keys();
  }

  add({ type, at, data }: JournalEvent): void {
    if (type === 'points-configured') this.#configured(at, readPoints(data));
    else if (type === 'gateway-started') this.#started(at, data);
    else if (type === 'outage') this.#outage(data);
    else if (type === 'segment-expired') this.#outage({ ...data, cause: 'expired' });
  }

  /** In order; none when the point was never configured. */
  eras(point: PointId): readonly Era[] {
    return this.#eras.get(point) ?? [];
  }

  /** The point's readings from before this have been kept for their time, and may be gone. */
  expiredUntil(point: PointId): EpochMs {
    const device = deviceOf(point);
    const ends = [...this.#outages.values()].map((outage) =>
      outage.cause === 'expired' && outage.device === device ? (outage.to ?? 0) : 0,
    );
    return Math.max(0, ...ends);
  }

  causes(point: PointId): CauseSpans {
    const device = deviceOf(point);
    let spans = this.#spans.get(device);
    if (spans === undefined) {
      const own = [...this.#outages.values()].filter(
        (outage) => outage.device === null || outage.device === device,
      );
      spans = new CauseSpans(own);
      this.#spans.set(device, spans);
    }
    return spans;
  }

  #configured(at: EpochMs, points: ReadonlyMap<PointId, Ms>): void {
    for (const [point, eras] of this.#eras) {
      const last = eras.at(-1);
      if (last === undefined || last.to !== Number.POSITIVE_INFINITY) continue;
      if (points.get(point) !== last.every) eras[eras.length - 1] = { ...last, to: Math.max(last.from, at) };
    }
    for (const [point, every] of points) {
      const eras = this.#eras.get(point) ?? [];
      this.#eras.set(point, eras);
      const last = eras.at(-1);
      // A clock that was put back must not make two eras overlap.
      if (last?.to !== Number.POSITIVE_INFINITY)
        eras.push({ from: Math.max(at, last?.to ?? at), to: Number.POSITIVE_INFINITY, every });
    }
  }

  /** An outage that was open when the gateway ended, ended there: from then on there is a better reason. */
  #started(at: EpochMs, { ranUntil, before }: JournalEvent['data']): void {
    const end = isTime(ranUntil) ? Math.min(ranUntil, at) : at;
    for (const key of this.#open) {
      const outage = this.#outages.get(key);
      if (outage !== undefined) this.#outages.set(key, { ...outage, to: Math.max(outage.from, end) });
    }
    this.#open.clear();
    this.#spans.clear();
    // Before the first start the gateway did not run, either; it takes a while until everything is read.
    this.#put({
      cause: isCause(before) ? before : 'gateway-stopped',
      device: null,
      from: end,
      to: at,
      readings: null,
    });
  }

  #outage({ cause, device, from, to, readings }: JournalEvent['data']): void {
    if (!isCause(cause) || !isTime(from)) return;
    this.#put({
      cause,
      from,
      device: typeof device === 'string' ? device : null,
      to: isTime(to) ? to : null,
      readings: isTime(readings) ? readings : null,
    });
  }

  #put(outage: Outage): void {
    const key = `${outage.cause} ${outage.device ?? ''} ${outage.from}`;
    this.#outages.set(key, outage);
    if (outage.to === null) this.#open.add(key);
    else this.#open.delete(key);
    if (outage.device === null) this.#spans.clear();
    else this.#spans.delete(outage.device);
  }
}
