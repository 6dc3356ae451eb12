import type { PointId } from '#model/point';
import { type EpochMs, HOUR } from '#model/time';

/** One reading as InfluxDB has it. */
export interface Row {
  readonly point: PointId;
  readonly at: EpochMs;
  readonly value: number | null;
  /** 0 good, 1 uncertain, 2 bad. */
  readonly q: number;
}

/** What lies in one hour of one point. */
export interface HourTally {
  count: number;
  /** The sum of a hash of each reading, modulo 2^32, twice: the order does not matter. */
  low: number;
  high: number;
}

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

/** Counts and hashes readings by point and hour, in any order, in little memory. */
export class Tally {
  readonly hours = new Map<PointId, Map<number, HourTally>>();
  /** What a store keeps of a value: the same readings must have the same hash on both sides. */
  readonly #keep: (value: number) => number;
  #count = 0;

  constructor(keep: (value: number) => number = (value) => value) {
    this.#keep = keep;
  }

  get count(): number {
    return this.#count;
  }

  add({ point, at, value, q }: Row): void {
    this.#count += 1;
    const tally = this.#hour(point, Math.floor(at / HOUR));
    // + 0: line protocol does not know minus zero.
    float[0] = value === null ? Number.NaN : this.#keep(value) + 0;
    const [low = 0, high = 0] = words;
    tally.count += 1;
    for (const seed of [1, 2]) {
      const hash = mix(mix(mix(mix(seed, at % HOUR), low), high), q);
      if (seed === 1) tally.low = (tally.low + hash) >>> 0;
      else tally.high = (tally.high + hash) >>> 0;
    }
  }

  #hour(point: PointId, hour: number): HourTally {
    const hours = this.hours.get(point) ?? new Map<number, HourTally>();
    const tally = hours.get(hour) ?? { count: 0, low: 0, high: 0 };
    hours.set(hour, tally);
    this.hours.set(point, hours);
    return tally;
  }
}

/** Two rounds of the finaliser of MurmurHash3 (fmix32) over the state and one more word. */
function mix(state: number, word: number): number {
  let hash = Math.imul(state ^ word, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) + 0x9e3779b9;
}
