import type { PointSpec } from '#model/driver';
import type { Process } from './model.ts';

/** Values run from 0 to 9,999 and begin again. */
const MODULUS = 10_000;

/**
 * What register `point` of device `device` holds after `tick` steps, both counted from 0: cheap to make for thousands
 * of registers, and a reader can tell from two neighbours whether he was given the right ones of one moment.
 */
export const patternValue = (device: number, point: number, tick: number): number =>
  (tick + device * 101 + point * 7) % MODULUS;

/** The process of device number `device` of a fleet. */
export function patternProcess(device: number, points: readonly PointSpec[]): Process {
  let tick = 0;
  const outputs: Record<string, number> = {};
  return {
    faults: [],
    exact: true,
    step() {
      points.forEach((point, index) => {
        outputs[point.key] = patternValue(device, index, tick);
      });
      tick++;
    },
    outputs: () => outputs,
  };
}
