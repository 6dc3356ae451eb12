import type { PointSpec, Protocol } from '#model/driver';
import { ActiveFaults } from './faults/active.ts';
import { measure } from './physics/instruments.ts';
import type { Process } from './physics/model.ts';
import type { Random } from './physics/random.ts';

export interface DeviceOptions {
  readonly id: string;
  readonly protocol: Protocol;
  readonly points: readonly PointSpec[];
  readonly process: Process;
  readonly random: Random;
}

/** What one step of simulated time brings to every device alike. */
export interface Moment {
  /** Seconds since the step before. */
  readonly dt: number;
  /** Hour of the simulated day. */
  readonly hour: number;
  readonly sitePowered: boolean;
}

/** A device apart from its wire: its physics, its instruments and what is wrong with it. */
export class SimDevice {
  readonly id: string;
  readonly protocol: Protocol;
  readonly points: readonly PointSpec[];
  readonly faults = new ActiveFaults();
  readonly #process: Process;
  readonly #random: Random;
  /** What is so, by index of the point, whatever its instrument shows; undefined where no model says. */
  readonly #truths: (number | undefined)[];
  /** By index of the point; null: its sensor is broken. */
  readonly #values: (number | null)[];
  /** How far each point has drifted. */
  readonly #drift: number[];

  constructor({ id, protocol, points, process, random }: DeviceOptions) {
    this.id = id;
    this.protocol = protocol;
    this.points = points;
    this.#process = process;
    this.#random = random;
    this.#truths = points.map(() => undefined);
    this.#values = points.map(() => null);
    this.#drift = points.map(() => 0);
  }

  /** What it shows now, by index of the point. */
  get values(): readonly (number | null)[] {
    return this.#values;
  }

  /** What is so at each point, by its index: for whoever judges the watching by it. */
  get truths(): readonly (number | undefined)[] {
    return this.#truths;
  }

  /** Whether a fault of this name changes its physics. */
  suffers(name: string): boolean {
    return this.#process.faults.some((fault) => fault === name);
  }

  step({ dt, hour, sitePowered }: Moment): void {
    const { physics } = this.faults;
    const powered = sitePowered && !physics.has('power-cut');
    this.#process.step({ dt, hour, powered, faults: physics });
    const outputs = this.#process.outputs();
    this.points.forEach((point, index) => {
      const truth = outputs[point.key] ?? outputs[point.quantity];
      this.#truths[index] = truth;
      this.#values[index] = this.#show(index, truth, dt);
    });
  }

  #show(index: number, truth: number | undefined, dt: number): number | null {
    const point = this.points[index] as PointSpec;
    // Drawn in any case: what is wrong with one point must not change the course of the others.
    const value = this.#process.exact ? (truth ?? 0) : measure(point, truth, this.#random);
    const last = this.#values[index] ?? null;
    if (this.faults.get('sensor-nan', point.key)) return null;
    if (this.faults.get('sensor-stuck', point.key) && last !== null) return last;
    const drift = this.faults.get('drift', point.key);
    this.#drift[index] =
      drift === undefined ? 0 : (this.#drift[index] ?? 0) + ((drift.rate ?? 1) * dt) / 3600;
    return value + (this.#drift[index] ?? 0);
  }
}
