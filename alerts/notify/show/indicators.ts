import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Alarms } from '#model/alarm';
import type { DeliveryError, Indicator, OpenIndicator, Way } from '#model/channel';
import type { ReportCondition } from '#model/condition';
import { HygateError } from '#model/errors';
import type { IndicatorState, Indicators } from '#model/indicator';
import type { Journal } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Part } from '#model/part';
import type { Site } from '#model/site';
import { type Clock, type EpochMs, formatDuration, HOUR, type Ms } from '#model/time';
import { sceneOf } from './scene.ts';
import { ShownIndicator } from './shown-indicator.ts';

/** A horn may be silenced for a repair, not for a shift: ours, as for shelving. */
const LONGEST_MUTE: Ms = HOUR;

export interface SiteIndicatorsOptions {
  readonly site: Site;
  readonly channels: ReadonlyMap<string, Way>;
  /** Each indicator gets a folder of its own in it. */
  readonly dir: string;
  readonly alarms: Pick<Alarms, 'open' | 'onEvent'>;
  readonly journal: Pick<Journal, 'record'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly report: ReportCondition;
}

interface Entry {
  readonly way: Indicator;
  readonly opened: OpenIndicator;
  readonly shown: ShownIndicator;
  mutedUntil: EpochMs;
}

/** Sound and light on the spot: all of the site's indicators show the scene of its open alarms. */
export class SiteIndicators implements Part, Indicators {
  readonly name = 'indicators';
  readonly #options: SiteIndicatorsOptions;
  readonly #entries = new Map<string, Entry>();
  #unsubscribe: () => void = () => undefined;

  constructor(options: SiteIndicatorsOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { site, channels, alarms } = this.#options;
    for (const [name, { use, options }] of Object.entries(site.channels)) {
      const way = channels.get(use);
      if (way?.kind === 'indicator') this.#entries.set(name, await this.#open(name, way, options));
    }
    this.#unsubscribe = alarms.onEvent(() => this.#look());
    for (const [name, { shown }] of this.#entries) {
      this.#report(name, false);
      shown.start();
    }
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    await Promise.all([...this.#entries.values()].map(({ shown }) => shown.stop()));
    this.#entries.clear();
  }

  /** Indicators that do not show alarms, for people. */
  complaints(): readonly string[] {
    return [...this.#entries]
      .filter(([, { shown }]) => shown.isDark)
      .map(([name, { shown }]) => `The indicator ${name} does not show alarms: ${shown.trouble}`);
  }

  list(): readonly IndicatorState[] {
    return [...this.#entries].map(([name, entry]) => this.#stateOf(name, entry));
  }

  async mute(name: string, until: EpochMs, by: string): Promise<IndicatorState> {
    const { clock, journal } = this.#options;
    const entry = this.#entry(name);
    const length = until - clock.wall();
    if (length <= 0) throw new HygateError('request-invalid', 'until must be in the future.');
    if (length > LONGEST_MUTE) {
      const longest = formatDuration(LONGEST_MUTE);
      throw new HygateError('request-invalid', `An indicator may be muted for at most ${longest}.`);
    }
    await journal.record({ type: 'indicator-muted', at: clock.wall(), by, data: { indicator: name, until } });
    entry.opened.mute(until);
    entry.mutedUntil = until;
    entry.shown.look();
    return this.#stateOf(name, entry);
  }

  async test(name: string, length: Ms, by: string): Promise<IndicatorState> {
    const { clock, journal } = this.#options;
    const entry = this.#entry(name);
    const failure = await entry.shown.test(length).then(
      () => null,
      (error: DeliveryError) => error.message,
    );
    const data = { indicator: name, length, failure };
    await journal.record({ type: 'indicator-tested', at: clock.wall(), by, data });
    if (failure === null) return this.#stateOf(name, entry);
    throw new HygateError(
      'indicator-unreachable',
      `The indicator ${name} did not do the test: ${failure}; look at its power and its line.`,
    );
  }

  async #open(name: string, way: Indicator, options: unknown): Promise<Entry> {
    const { clock, log, meter, dir, alarms } = this.#options;
    const folder = join(dir, name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const opened = way.open(options, { clock, dir: folder });
    const shown = new ShownIndicator({
      ...{ name, indicator: opened, refresh: way.refresh, clock, log, meter },
      scene: () => sceneOf(alarms.open()),
      onChange: () => this.#report(name, shown.isDark),
    });
    return { way, opened, shown, mutedUntil: 0 };
  }

  #look(): void {
    for (const { shown } of this.#entries.values()) shown.look();
  }

  #report(name: string, isDark: boolean): void {
    this.#options.report('indicator-dark', isDark, { id: name, name: { zh: name, en: name } });
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry !== undefined) return entry;
    throw new HygateError(
      'indicator-unknown',
      `The site has no indicator "${name}"; GET /api/v1/indicators lists them.`,
    );
  }

  #stateOf(name: string, { way, shown, mutedUntil }: Entry): IndicatorState {
    const muted = mutedUntil > this.#options.clock.wall();
    const { scene, trouble } = shown;
    return { name, title: way.title, scene, trouble, mutedUntil: muted ? mutedUntil : null };
  }
}
