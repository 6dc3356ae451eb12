import type { JournalEvent } from '#model/journal';
import type { Reading } from '#model/reading';
import type { Site } from '#model/site';
import { DAY, type EpochMs, HOUR, MINUTE, SECOND } from '#model/time';
import { seededRandom } from '../../firmware-sim/physics/random.ts';
import { BareThreshold } from './bare-threshold.ts';
import { Crew } from './crew.ts';
import type { Incident } from './incident.ts';
import { Proceedings } from './proceedings.ts';
import { Product } from './product.ts';
import { Resident } from './resident.ts';
import { makeSchedule, type Victim } from './schedule.ts';
import { CALIBRATED } from './staff.ts';
import { Witness } from './witness.ts';
import type { YearSite } from './year-site.ts';

export interface YearOptions extends YearSite {
  readonly days: number;
  readonly seed: number;
  /** Incidents, as many times as in a usual year. */
  readonly density: number;
  /** The site as the product has it, when that is not what it is judged by: so a judge is judged. */
  readonly watched?: Site;
  /** Told after each simulated month. */
  readonly say: (line: string) => void;
}

/** What happened, what was so and what was told: everything that is judged. */
export interface YearRecord {
  readonly site: Site;
  readonly start: EpochMs;
  readonly end: EpochMs;
  readonly incidents: readonly Incident[];
  readonly witnesses: readonly Witness[];
  readonly proceedings: Proceedings;
  readonly crew: Crew;
  readonly bare: BareThreshold;
  readonly readings: number;
}

/** Midnight of a Thursday in Shanghai. */
const START: EpochMs = Date.UTC(2026, 0, 1) - 8 * HOUR;
/** Hours that the hospital's clock is ahead of UTC. */
const AHEAD = 8;
/** Ticks come so often; the evaluator counts longer steps as time in which nobody watched. */
const TICK = 5 * SECOND;
const SLOTS = MINUTE / TICK;
/** Between two transactions when nothing happens: each writes every point's state. */
const REST = 10 * MINUTE;
/** From the instrument to the journal. */
const WAY = 300;
/** Readings in one message of a logger that empties its memory. */
const PORTION = 100;

/** Lives through the days and returns what there is to be judged. Deterministic but for ids. */
export function runYear(options: YearOptions): YearRecord {
  return new Year(options).run();
}

interface Inhabitant {
  readonly resident: Resident;
  readonly witnesses: readonly Witness[];
  memory: Reading[];
}

class Year {
  readonly #options: YearOptions;
  readonly #proceedings = new Proceedings();
  readonly #product: Product;
  readonly #bare: BareThreshold;
  readonly #crew: Crew;
  readonly #inhabitants: readonly Inhabitant[];
  readonly #incidents: readonly Incident[];
  #turns: readonly { readonly at: EpochMs; readonly on: boolean; readonly incident: Incident }[];
  #next = 0;
  #readings = 0;

  constructor(options: YearOptions) {
    const { site, watched = site, days, seed, density } = options;
    this.#options = options;
    this.#product = new Product(watched, this.#proceedings);
    this.#bare = new BareThreshold(site.devices.flatMap(({ points }) => points));
    this.#crew = new Crew(seededRandom(seed, 'crew'), AHEAD * HOUR);
    this.#proceedings.onTold((delivery, now) => this.#crew.hear(delivery, now));
    this.#inhabitants = inhabitantsOf(options);
    this.#incidents = makeSchedule({
      victims: victimsOf(options, this.#inhabitants),
      ...{ start: START, length: days * DAY, random: seededRandom(seed, 'schedule'), density },
    });
    this.#turns = this.#incidents
      .flatMap((incident) => [
        { at: incident.from, on: true, incident },
        { at: incident.to, on: false, incident },
      ])
      .sort((a, b) => a.at - b.at || Number(a.on) - Number(b.on));
  }

  run(): YearRecord {
    const { site, days, say } = this.#options;
    const end = START + days * DAY;
    this.#product.start(START);
    for (let minute = START; minute < end; minute += MINUTE) {
      this.#turn(minute);
      for (let slot = 0; slot < SLOTS; slot++) this.#live(minute + slot * TICK, slot);
      if (this.#product.running && minute % REST === 0) this.#product.rest(minute + MINUTE - TICK);
      if ((minute - START) % (30 * DAY) === 0 && minute > START) say(`day ${(minute - START) / DAY}`);
    }
    return {
      ...{ site, start: START, end, incidents: this.#incidents, proceedings: this.#proceedings },
      ...{ crew: this.#crew, bare: this.#bare, readings: this.#readings },
      witnesses: this.#inhabitants.flatMap(({ witnesses }) => witnesses),
    };
  }

  /** Incidents begin and end. */
  #turn(now: EpochMs): void {
    for (
      let turn = this.#turns[this.#next];
      turn !== undefined && turn.at <= now;
      turn = this.#turns[this.#next]
    ) {
      this.#next++;
      const { incident, on } = turn;
      if (incident.kind === 'gateway down') this.#power(on, now);
      else this.#befall(incident, on);
    }
  }

  #power(down: boolean, now: EpochMs): void {
    if (down && this.#product.running) this.#product.stop(now);
    else if (!down && !this.#product.running) this.#product.start(now);
  }

  #befall(incident: Incident, on: boolean): void {
    for (const { resident, witnesses } of this.#inhabitants) {
      if (!incident.devices.includes(resident.site.id)) continue;
      if (on) resident.begin(incident);
      else resident.end(incident);
      for (const witness of witnesses) witness[on ? 'begin' : 'end'](incident);
    }
  }

  /** Five seconds: some devices are read, then the gateway ticks and people act. */
  #live(now: EpochMs, slot: number): void {
    for (let index = slot; index < this.#inhabitants.length; index += SLOTS) {
      const inhabitant = this.#inhabitants[index];
      if (inhabitant !== undefined) this.#read(inhabitant, now);
    }
    if (!this.#product.running) return;
    this.#product.tick(now + 2 * WAY);
    for (const act of this.#acts(now + 3 * WAY)) this.#product.act(act);
  }

  #acts(now: EpochMs): JournalEvent[] {
    return this.#crew.acts(now, () => this.#product.open());
  }

  #read(inhabitant: Inhabitant, now: EpochMs): void {
    const { resident, witnesses } = inhabitant;
    resident.step((now / HOUR + AHEAD) % 24);
    const readings = resident.read(now);
    this.#readings += readings.length;
    const up = this.#product.running;
    const logger = resident.site.link.protocol === 'mqtt';
    const reached = up && !resident.offline;
    const arrives = reached ? 'now' : logger ? 'later' : 'never';
    const { truths } = resident.device;
    for (let index = 0; index < readings.length; index++) {
      const reading = readings[index];
      if (reading !== undefined) witnesses[index]?.see(reading, truths[index], arrives, up);
    }
    if (reached) this.#send(inhabitant, readings, now + WAY);
    else if (logger) inhabitant.memory.push(...readings);
  }

  /** What a logger kept comes first, in order. */
  #send(inhabitant: Inhabitant, readings: readonly Reading[], arrived: EpochMs): void {
    const { memory } = inhabitant;
    inhabitant.memory = memory.length > 0 ? [] : memory;
    for (let from = 0; from < memory.length; from += PORTION)
      this.#take(memory.slice(from, from + PORTION), arrived);
    this.#take(readings, arrived);
  }

  #take(readings: readonly Reading[], arrived: EpochMs): void {
    this.#product.take(readings, arrived);
    this.#bare.take(readings, arrived);
  }
}

function inhabitantsOf({ site, scenario, plugins, seed }: YearOptions): Inhabitant[] {
  return scenario.devices.map((spec) => {
    const driver = plugins.drivers.get(spec.driver);
    const device = site.devices.find(({ id }) => id === spec.id);
    if (driver === undefined || device === undefined) throw new Error(`${spec.id} is not in the site`);
    const resident = new Resident({ spec, driver, site: device, seed });
    return { resident, witnesses: resident.points.map((point) => new Witness(point)), memory: [] };
  });
}

function victimsOf({ scenario }: YearOptions, inhabitants: readonly Inhabitant[]): Victim[] {
  return inhabitants.map(({ resident: { site, device, points } }) => ({
    id: site.id,
    protocol: site.link.protocol,
    line: scenario.devices.find(({ id }) => id === site.id)?.line ?? site.id,
    calibrated: CALIBRATED.some((id) => id === site.id),
    suffers: (fault) => device.suffers(fault),
    // A point without a rule of its own beside silence is not looked at by anybody.
    measures: points
      .filter(({ rules, quantity }) => rules.length > 1 && quantity !== 'door' && quantity !== 'power')
      .map(({ key }) => key),
  }));
}
