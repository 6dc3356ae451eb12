import type { Driver } from '#model/driver';
import type { Reading } from '#model/reading';
import type { SiteDevice, SitePoint } from '#model/site';
import { type EpochMs, HOUR } from '#model/time';
import { SimDevice } from '../../firmware-sim/device.ts';
import { noiseOf } from '../../firmware-sim/physics/instruments.ts';
import { modelFor, startModel } from '../../firmware-sim/physics/models.ts';
import { normal, type Random, seededRandom } from '../../firmware-sim/physics/random.ts';
import { pointsOf } from '../../firmware-sim/points.ts';
import type { ScenarioDevice } from '../../firmware-sim/scenario.ts';
import { faultOf, type Incident, type IncidentKind } from './incident.ts';

/** Seconds of simulated time in a step of the physics: short beside a door's opening and a compressor's cycle. */
const STEP = 10;
const STEPS_A_MINUTE = 6;
/** A worn instrument scatters so many times as much as a sound one. */
const NOISY = 25;
/** Share of readings that a bad contact spoils. */
const SPOILED = 0.4;

export interface ResidentOptions {
  readonly spec: ScenarioDevice;
  readonly driver: Driver;
  readonly site: SiteDevice;
  readonly seed: number;
}

/** A device of the simulator without its wire: minute by minute it gives readings, and what is really so beside them. */
export class Resident {
  readonly site: SiteDevice;
  readonly device: SimDevice;
  readonly #random: Random;
  readonly #points: readonly SitePoint[];
  /** Troubles of the sensor that the simulator does not know, by the point's key. */
  readonly #spoiled = new Map<string, IncidentKind>();
  /** Troubles by which it is not heard. */
  readonly #unheard = new Set<IncidentKind>();
  #sitePowered = true;

  constructor({ spec, driver, site, seed }: ResidentOptions) {
    const points = pointsOf(spec, driver);
    const process = startModel(
      spec.physics === undefined || spec.physics === 'pattern' ? modelFor(driver.name, points) : spec.physics,
      seededRandom(seed, spec.id),
    );
    const random = seededRandom(seed, `${spec.id} instruments`);
    this.site = site;
    this.device = new SimDevice({ id: spec.id, protocol: driver.protocol, points, process, random });
    this.#random = seededRandom(seed, `${spec.id} troubles`);
    this.#points = points.map(({ key }) => pointOf(site, key));
  }

  get points(): readonly SitePoint[] {
    return this.#points;
  }

  /** Polled in vain: its readings are bad. */
  get silent(): boolean {
    return this.#unheard.has('line down') || this.#unheard.has('device silent');
  }

  /** Writes into its memory what it will send later. */
  get offline(): boolean {
    return this.#unheard.has('logger out of reach');
  }

  begin({ kind, point, options }: Incident): void {
    const fault = faultOf(kind);
    if (kind === 'power cut of the site') this.#sitePowered = false;
    else if (fault !== undefined) this.device.faults.set(fault, options);
    else if (point !== null) this.#spoiled.set(point, kind);
    else this.#unheard.add(kind);
  }

  end({ kind, point }: Incident): void {
    const fault = faultOf(kind);
    if (kind === 'power cut of the site') this.#sitePowered = true;
    else if (fault !== undefined) this.device.faults.clear(fault);
    else if (point !== null) this.#spoiled.delete(point);
    else this.#unheard.delete(kind);
  }

  /** A minute passes; `hour` of the day at its end. */
  step(hour: number): void {
    const moment = { dt: STEP, hour, sitePowered: this.#sitePowered };
    for (let step = 0; step < STEPS_A_MINUTE; step++) this.device.step(moment);
  }

  /** What is read of it now, by index of the point. */
  read(at: EpochMs): Reading[] {
    return this.#points.map((point, index) => this.#reading(point, this.device.values[index] ?? null, at));
  }

  #reading({ id, key, quantity, range }: SitePoint, shown: number | null, at: EpochMs): Reading {
    const bad = (
      reason: 'comm-timeout' | 'sensor-fault' | 'out-of-range',
      value: number | null = null,
    ): Reading => ({
      ...{ point: id, at, value, quality: 'bad', reason },
    });
    if (this.silent) return bad('comm-timeout');
    if (shown === null) return bad('sensor-fault');
    const value = this.#spoil(key, shown, [noiseOf(quantity), range]);
    if (value === null) return bad('comm-timeout');
    // The door judges so: gateway/broker/judgement.ts.
    if (value < range[0] || value > range[1]) return bad('out-of-range', value);
    return { point: id, at, value, quality: 'good', reason: null };
  }

  #spoil(key: string, value: number, [noise, [low, high]]: [number, SitePoint['range']]): number | null {
    const trouble = this.#spoiled.size === 0 ? undefined : this.#spoiled.get(key);
    if (trouble === undefined) return value;
    if (trouble === 'bad contact') return this.#random() < SPOILED ? null : value;
    if (trouble === 'sensor off the scale') return high + 1;
    const scatter = value + NOISY * noise * normal(this.#random);
    // What a thermometer shows that has just been switched on, say: far off, and still within what it can show.
    const far = value + 0.6 * (high - value);
    return trouble === 'sensor noisy' ? Math.min(high, Math.max(low, scatter)) : far;
  }
}

function pointOf({ id, points }: SiteDevice, key: string): SitePoint {
  const found = points.find((point) => point.key === key);
  if (found === undefined) throw new Error(`the site has no point ${key} of ${id}`);
  return found;
}

/** Hour of the day, 0 to 24, in a zone that is so many hours ahead of UTC. */
export const hourOf = (at: EpochMs, ahead: number): number => (at / HOUR + ahead) % 24;
