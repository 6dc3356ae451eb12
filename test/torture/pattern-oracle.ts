import { type EpochMs, type Ms, SECOND } from '#model/time';

/** Values of the simulator's counting pattern begin again here. */
const MODULUS = 10_000;
/** Simulated time between two values. */
const TICK: Ms = SECOND;
/** How much older or newer than its time a value may be: two ticks of the simulator, and a machine that is busy. */
const TOLERANCE: Ms = 3.5 * TICK;

export interface PatternVerdict {
  readonly stored: number;
  /** Stored twice, or not of the same moment as its neighbours, or not of the moment that its time says. */
  readonly wrong: number;
}

interface Moment {
  readonly tick: number;
  readonly points: Set<number>;
}

/** Judges readings of polled devices by firmware-sim/physics/pattern.ts: what one read brought is of one moment. */
export class PatternOracle {
  readonly #numbers: ReadonlyMap<string, number>;
  /** By device and time. */
  #moments = new Map<string, Moment>();
  #began: EpochMs | undefined;
  #wrong = 0;

  /** The ids of the devices in the order of the scenario; their points are `r0`, `r1`, … */
  constructor(devices: readonly string[]) {
    this.#numbers = new Map(devices.map((id, number) => [id, number]));
  }

  /** False when the point is none of theirs. */
  see(id: string, at: EpochMs, value: number): boolean {
    const [name = '', key = ''] = id.split('.r');
    const device = this.#numbers.get(name);
    if (device === undefined) return false;
    // A failed read has no value, and is none of ours to judge.
    if (Number.isNaN(value)) return true;
    const point = Number(key);
    const tick = modulo(value - device * 101 - point * 7, MODULUS);
    if (!this.#fits(`${name} ${at}`, tick, point) || !this.#isOfItsTime(tick, at)) this.#wrong += 1;
    return true;
  }

  /** One moment of a device has one tick, and each point once. */
  #fits(key: string, tick: number, point: number): boolean {
    const moment = this.#moments.get(key);
    if (moment === undefined) this.#moments.set(key, { tick, points: new Set([point]) });
    else if (moment.tick !== tick || moment.points.has(point)) return false;
    else moment.points.add(point);
    return true;
  }

  /** The simulator's ticks began at a time that is not known: the first value tells. */
  #isOfItsTime(tick: number, at: EpochMs): boolean {
    const cycle = MODULUS * TICK;
    const began = modulo(at - tick * TICK, cycle);
    this.#began ??= began;
    const off = modulo(began - this.#began, cycle);
    return Math.min(off, cycle - off) <= TOLERANCE;
  }

  /** Forgets: the journal is read anew. */
  look(): void {
    this.#moments.clear();
    this.#wrong = 0;
  }

  verdict(): PatternVerdict {
    const sizes = [...this.#moments.values()].map(({ points }) => points.size);
    return { stored: sizes.reduce((sum, size) => sum + size, 0), wrong: this.#wrong };
  }
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
