import type { EpochMs } from '#model/time';

/** Values of the simulator's counting pattern begin again here. */
const MODULUS = 10_000;

export interface PatternVerdict {
  readonly stored: number;
  /** Stored twice, or not of the same moment as its neighbours. */
  readonly wrong: number;
}

interface Moment {
  readonly tick: number;
  readonly points: Set<number>;
}

/** Judges readings of polled devices by firmware-sim/physics/pattern.ts: what one read brought is of one moment. */
export class PatternOracle {
  readonly #name: RegExp;
  /** By device and time. */
  #moments = new Map<string, Moment>();
  #wrong = 0;

  /** Devices are `<fleet>-1`, `<fleet>-2`, …, their points `r0`, `r1`, … */
  constructor(fleet: string) {
    this.#name = new RegExp(`^${fleet}-(\\d+)\\.r(\\d+)$`);
  }

  /** False when the point is none of the fleet. */
  see(id: string, at: EpochMs, value: number): boolean {
    const [, device, point] = this.#name.exec(id)?.map(Number) ?? [];
    if (device === undefined || point === undefined) return false;
    // A failed read has no value, and is none of ours to judge.
    if (Number.isNaN(value)) return true;
    const tick = (((value - (device - 1) * 101 - point * 7) % MODULUS) + MODULUS) % MODULUS;
    const key = `${device} ${at}`;
    const moment = this.#moments.get(key);
    if (moment === undefined) this.#moments.set(key, { tick, points: new Set([point]) });
    else if (moment.tick !== tick || moment.points.has(point)) this.#wrong += 1;
    else moment.points.add(point);
    return true;
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
