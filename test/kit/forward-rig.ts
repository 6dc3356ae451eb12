import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLog } from '#model/log';
import type { Meter } from '#model/meter';
import { qualityCode } from '#model/quality';
import type { Reading } from '#model/reading';
import type { InfluxTarget, Site } from '#model/site';
import { realClock } from '#model/time';
import { INFLUX_CONSUMER } from '../../gateway/forward/influx/forwarder.ts';
import { authorizationOf } from '../../gateway/forward/influx/sender.ts';
import type { Row } from '../../gateway/forward/influx/tally.ts';
import { targetRows } from '../../gateway/forward/influx/target-rows.ts';
import { Forwarding } from '../../gateway/forwarding.ts';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { readSite } from '../../gateway/site-file.ts';
import { INFLUX_ADMIN, INFLUX_DATABASE } from './influx-peers.ts';

const DEVICES = 20;

/** `influx` of a site file for the real influxd of the kit; for what speaks the v2 address. Both with the rig's secret. */
export const v1Target = (url: string, more: object = {}) => ({
  ...{ url, database: INFLUX_DATABASE, user: INFLUX_ADMIN.user, password: 'file:secret' },
  ...more,
});
export const v2Target = (url: string, more: object = {}) => ({
  ...{ url, org: 'o', bucket: 'b', token: 'file:secret' },
  ...more,
});

export interface RigOptions {
  readonly dir: string;
  /** `influx` of the site file. */
  readonly influx: object;
  /** The time of the first reading; now when left out. */
  readonly from?: number;
  /** More of the site file: `listen`, `people`; and devices that have no part in `append`. */
  readonly more?: object;
  readonly others?: readonly object[];
}

/** What a store has of what it should have. */
export interface Verdict {
  readonly wrong: number;
  readonly lost: number;
}

/** A real journal and the real forwarding thread, with readings that are known: the value counts them. */
export class ForwardRig {
  readonly siteFile: string;
  readonly dataDir: string;
  readonly site: Site;
  readonly target: InfluxTarget;
  readonly written: Reading[] = [];
  /** Counters and gauges, by name and labels. */
  readonly meters = new Map<string, number>();
  /** The longest that an append took since it was set to 0. */
  longestAppend = 0;
  readonly #from: number;
  #journal: FileJournal;
  #forwarding: Forwarding | undefined;

  private constructor(site: Site, target: InfluxTarget, { dir, from = Date.now() }: RigOptions) {
    this.siteFile = join(dir, 'site.yaml');
    this.dataDir = join(dir, 'data');
    this.site = site;
    this.target = target;
    this.#from = from;
    this.#journal = this.#newJournal();
  }

  static async open(options: RigOptions): Promise<ForwardRig> {
    const { dir, influx, more = {}, others = [] } = options;
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'secret'), INFLUX_ADMIN.password);
    const devices = Array.from({ length: DEVICES }, (_, index) => ({
      ...{ id: `box-${index}`, area: 'vaccine', driver: 'mqtt-logger', login: { password: 'file:secret' } },
    }));
    const areas = [{ id: 'vaccine', name: '疫苗', kind: 'cold-chain' }];
    const file = join(dir, 'site.yaml');
    // JSON is YAML.
    await writeFile(
      file,
      JSON.stringify({
        site: { id: 'rig', name: 'rig' },
        areas,
        devices: [...devices, ...others],
        influx,
        ...more,
      }),
    );
    const { site } = await readSite(file);
    if (site.influx === null) throw new Error('the rig needs an InfluxDB');
    const rig = new ForwardRig(site, site.influx, options);
    await rig.#journal.start();
    return rig;
  }

  get head(): number {
    return this.#journal.head();
  }

  get meter(): Meter {
    const key = (name: string, labels: Readonly<Record<string, string>> = {}) =>
      [name, ...Object.values(labels)].join(' ');
    return {
      count: (name, labels, by = 1) =>
        void this.meters.set(key(name, labels), (this.meters.get(key(name, labels)) ?? 0) + by),
      gauge: (name, value, labels) => void this.meters.set(key(name, labels), value),
      time: () => undefined,
    };
  }

  async startForwarding(target = this.target): Promise<void> {
    const { site, dataDir, meter } = this;
    const common = { clock: realClock, log: silentLog, meter };
    this.#forwarding = new Forwarding({ site, target, journal: this.#journal, dataDir, ...common });
    await this.#forwarding.start();
  }

  notes(): readonly string[] {
    return this.#forwarding?.notes() ?? [];
  }

  /** The next start of the forwarding begins at the first row. */
  forgetCursor(): Promise<void> {
    return rm(join(this.dataDir, 'journal', `cursor-${INFLUX_CONSUMER}`), { force: true });
  }

  async stopForwarding(): Promise<void> {
    await this.#forwarding?.stop();
    this.#forwarding = undefined;
  }

  /** Readings that go on where those before ended, `rows` of `perRow`; of every quality, in order of time. */
  async append(rows: number, perRow = 50): Promise<void> {
    for (let row = 0; row < rows; row++) {
      const readings = Array.from({ length: perRow }, (_, index) =>
        this.#reading(this.written.length + index),
      );
      this.written.push(...readings);
      const begun = performance.now();
      await this.#journal.append(readings);
      this.longestAppend = Math.max(this.longestAppend, performance.now() - begun);
    }
  }

  /** Readings of one's own. */
  async appendReadings(readings: readonly Reading[]): Promise<void> {
    this.written.push(...readings);
    await this.#journal.append(readings);
  }

  /** A line of somebody else, as it is. */
  async write(line: string): Promise<void> {
    const parameters = new URLSearchParams({ db: INFLUX_DATABASE, precision: 'ms' });
    const headers = { authorization: authorizationOf(this.target) };
    const { status } = await fetch(`${this.target.url}/write?${parameters}`, {
      method: 'POST',
      headers,
      body: line,
    });
    if (status !== 204) throw new Error(`${line}: ${status}`);
  }

  /** Reads everything back from the real server. */
  async look(): Promise<Verdict> {
    const rows = await targetRows(this.target, this.site);
    const [first = 0, last = 0] = [this.written.at(0)?.at, this.written.at(-1)?.at];
    return this.judge(await Array.fromAsync(rows.read(first, last + 1)), rows.keep);
  }

  judge(rows: readonly Row[], keep: (value: number) => number = (value) => value): Verdict {
    const found = new Map(rows.map((row) => [`${row.point} ${row.at}`, row]));
    let [wrong, lost] = [0, 0];
    for (const { point, at, value, quality } of this.written) {
      const row = found.get(`${point} ${at}`);
      if (row === undefined) lost += 1;
      else if (row.value !== (value === null ? null : keep(value)) || row.q !== qualityCode[quality])
        wrong += 1;
      found.delete(`${point} ${at}`);
    }
    // A row that nobody wrote is wrong, too.
    return { wrong: wrong + found.size, lost };
  }

  async stop(): Promise<void> {
    await this.stopForwarding();
    await this.#journal.stop();
  }

  #newJournal(): FileJournal {
    const common = { clock: realClock, log: silentLog, meter: this.meter };
    return new FileJournal({ dir: join(this.dataDir, 'journal'), ...common });
  }

  #reading(index: number): Reading {
    const point = `box-${index % DEVICES}.${index % (2 * DEVICES) < DEVICES ? 'temp' : 'battery'}`;
    const base = { point, at: this.#from + index * 3 };
    const kind = index % 7;
    if (kind === 2) return { ...base, value: null, quality: 'bad', reason: 'comm-timeout' };
    if (kind === 3) return { ...base, value: index / 8, quality: 'bad', reason: 'out-of-range' };
    if (kind === 5) return { ...base, value: index / 8, quality: 'uncertain', reason: 'stale' };
    return { ...base, value: index / 8, quality: 'good', reason: null };
  }
}
