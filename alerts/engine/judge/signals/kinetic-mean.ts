import type { KineticMeanRule } from '#model/rule';
import type { Ms } from '#model/time';
import { heldUntil } from './held.ts';
import { addHeld, type Cell, freshCells, rollingWindow, shiftCells, totalOf } from './rolling.ts';
import { goodValue, moved, type Signal, type Valued } from './signal.ts';

/** ΔH/R of USP <1079.2>: 83.144 kJ/mol over 8.3144 J/(mol·K), in K. */
const ACTIVATION = 10_000;
const ZERO_CELSIUS = 273.15;
/** A mean of less than this share of the window says nothing of the window. Ours; USP has no word on it. */
const COVERAGE = 0.5;

/** How fast what is stored ages at a temperature in °C, against no scale in particular. */
const ageing = (celsius: number): number => Math.exp(-ACTIVATION / (celsius + ZERO_CELSIUS));

/** The steady temperature, in °C, at which it would have aged as fast. */
const celsiusOf = (pace: number): number => ACTIVATION / -Math.log(pace) - ZERO_CELSIUS;

/** The mean kinetic temperature of values that stood for so long each, in °C. NaN of none. */
export function kineticMean(
  values: readonly { readonly celsius: number; readonly weight: number }[],
): number {
  const weight = values.reduce((total, each) => total + each.weight, 0);
  return celsiusOf(values.reduce((total, each) => total + each.weight * ageing(each.celsius), 0) / weight);
}

interface KineticState {
  readonly last: Valued | null;
  readonly cells: readonly Cell[];
}

/** The mean kinetic temperature of the last `within`, each value weighed by how long it stood. */
export function kineticMeanSignal({ within }: KineticMeanRule, every: Ms): Signal<KineticState> {
  const window = rollingWindow(within, every);
  return {
    shape: `kinetic-mean ${within} ${window.cell}`,
    initial: { last: null, cells: [] },
    memory: within + window.cell,
    step({ last, cells: before }, reading) {
      const held = last && heldUntil(last, reading.at, every);
      const counted =
        held === null ? before : addHeld(window, before, { ...held, value: ageing(held.value) });
      const cells = freshCells(window, counted, reading.at);
      const value = goodValue(reading);
      const { weight, sum } = totalOf(cells);
      const enough = value !== null && weight >= COVERAGE * within;
      return {
        state: { last: value, cells },
        sample: enough ? { at: value.at, value: celsiusOf(sum / weight), quality: 'good' } : null,
      };
    },
    shifted: ({ last, cells }, by) => ({
      last: last && moved(last, by),
      cells: shiftCells(window, cells, by),
    }),
  };
}
