import type { History } from '#model/journal';
import type { Site, SitePoint } from '#model/site';
import { type Clock, DAY, type EpochMs } from '#model/time';
import { QueryError } from '../query-error.ts';
import { READING_FIELDS, ReadingSeries } from './reading-series.ts';
import type { Span } from './row.ts';
import { RowMeasurement } from './row-series.ts';
import type { RowSource } from './row-source.ts';
import type { Measurement, SeriesStore } from './series.ts';

/** An event that is stored later than this after its time may be missing in a list of tags, never in an answer. */
const LATEST_AFTER = DAY;
/** Events that one statement holds in memory at once: more than a year of vitals. */
const MOST_HELD = 120_000;

export interface StoreOptions {
  readonly site: Pick<Site, 'id' | 'devices'>;
  readonly history: Pick<History, 'readings' | 'buckets' | 'latest'>;
  readonly sources: ReadonlyMap<string, RowSource>;
  readonly clock: Pick<Clock, 'wall'>;
}

interface Catalogue {
  readonly measurement: RowMeasurement;
  /** The newest event that was read, or when that was, if a clock stood ahead of it. */
  until: EpochMs;
  /** While it is read: whoever asks meanwhile waits for the same. */
  reading: Promise<void> | null;
}

/** Readings, alarms and events as InfluxDB would hold them. */
export class JournalSeries implements SeriesStore {
  readonly #options: StoreOptions;
  readonly #points: ReadonlyMap<string, SitePoint>;
  /** What series there are of measurements that are lists of events: read once, and from there on what came since. */
  readonly #catalogues = new Map<string, Catalogue>();

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#points = new Map(
      options.site.devices.flatMap(({ points }) => points.map((point) => [point.id, point])),
    );
  }

  async all(): Promise<readonly Measurement[]> {
    const lists = [...this.#options.sources].map(([name, source]) => this.#catalogue(name, source));
    const measurements = [...(await this.#readings()).values(), ...(await Promise.all(lists))];
    return measurements.filter(({ series }) => series.length > 0).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async open(
    names: (name: string) => boolean,
    span: Span,
    read: (rows: number) => Promise<void>,
  ): Promise<readonly Measurement[]> {
    const lists = [...this.#options.sources].filter(([name]) => names(name));
    const readings = [...(await this.#readings()).values()].filter(({ name }) => names(name));
    const rows: Measurement[] = [];
    let held = 0;
    const hold = async (more: number) => {
      held += more;
      if (held > MOST_HELD)
        throw new QueryError(`more than ${MOST_HELD} events must be looked at: ask for a shorter time`);
      await read(more);
    };
    for (const [name, source] of lists) rows.push(await collect(name, source(span), hold));
    return [...readings, ...rows].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Of points that the site has and that were read at least once: nothing else was ever written. */
  async #readings(): Promise<ReadonlyMap<string, Measurement>> {
    const { history, site } = this.#options;
    const measurements = new Map<
      string,
      { name: string; fields: Measurement['fields']; series: ReadingSeries[] }
    >();
    for (const { point: id, at } of await history.latest()) {
      const point = this.#points.get(id);
      if (point === undefined) continue;
      const { quantity: name, area, device, key } = point;
      const tags = { area, device, point: key, site: site.id };
      const series = new ReadingSeries({ history, point: id, tags, newest: at });
      const measurement = measurements.get(name);
      if (measurement === undefined)
        measurements.set(name, { name, fields: READING_FIELDS, series: [series] });
      else measurement.series.push(series);
    }
    return measurements;
  }

  async #catalogue(name: string, source: RowSource): Promise<Measurement> {
    const known = this.#catalogues.get(name) ?? {
      ...{ measurement: new RowMeasurement(name), until: 0, reading: null },
    };
    this.#catalogues.set(name, known);
    known.reading ??= readOn(known, source, this.#options.clock.wall()).finally(() => {
      known.reading = null;
    });
    await known.reading;
    return known.measurement;
  }
}

/** From the newest event on; from the first where the clock stood ahead until now: what came since lies before it. */
async function readOn(known: Catalogue, source: RowSource, now: EpochMs): Promise<void> {
  const since = known.until - LATEST_AFTER;
  let newest = known.until;
  for await (const page of source({
    from: since > now ? 0 : Math.max(0, since),
    to: Number.MAX_SAFE_INTEGER,
  })) {
    for (const row of page) known.measurement.add(row, true);
    newest = Math.max(newest, page.at(-1)?.at ?? 0);
  }
  known.until = Math.min(newest, now);
}

async function collect(
  name: string,
  pages: ReturnType<RowSource>,
  read: (rows: number) => Promise<void>,
): Promise<Measurement> {
  const measurement = new RowMeasurement(name);
  for await (const page of pages) {
    await read(page.length);
    for (const row of page) measurement.add(row);
  }
  return measurement;
}
