import type { EpochMs, Ms } from '#model/time';
import type { Held } from './held.ts';

/*
 * A sum over the last so many hours or days that is stored with the point: kept cell by cell, so that thirty days of it
 * are some numbers and not 40,000 readings. A cell counts as long as any of it lies in the window: the sum reaches back
 * up to a cell too far, never too short.
 */

/** Its number since 1970; the time it is filled with; what was summed, times that time. */
export type Cell = readonly [index: number, weight: Ms, sum: number];

const CELLS = 60;

export interface RollingWindow {
  readonly within: Ms;
  readonly cell: Ms;
}

/** Cells of a whole number of ms, and none shorter than a sample takes. */
export const rollingWindow = (within: Ms, every: Ms): RollingWindow => ({
  within,
  cell: Math.max(1, every, Math.ceil(within / CELLS)),
});

/** Without what has left the window by then. */
export function freshCells(
  { within, cell }: RollingWindow,
  cells: readonly Cell[],
  now: EpochMs,
): readonly Cell[] {
  const first = Math.floor((now - within) / cell);
  const oldest = cells[0];
  return oldest === undefined || oldest[0] >= first ? cells : cells.filter(([index]) => index >= first);
}

export function addHeld({ cell }: RollingWindow, cells: readonly Cell[], held: Held): readonly Cell[] {
  const kept = [...cells];
  for (let from = held.from; from < held.to; ) {
    const index = Math.floor(from / cell);
    const to = Math.min(held.to, (index + 1) * cell);
    addTo(kept, [index, to - from, held.value * (to - from)]);
    from = to;
  }
  return kept;
}

/** Stretches come in order: what is added belongs to the last cell or begins a new one. */
function addTo(cells: Cell[], [index, weight, sum]: Cell): void {
  const last = cells.at(-1);
  if (last?.[0] === index) cells[cells.length - 1] = [index, last[1] + weight, last[2] + sum];
  else cells.push([index, weight, sum]);
}

export const totalOf = (cells: readonly Cell[]): { readonly weight: Ms; readonly sum: number } => ({
  weight: cells.reduce((total, [, weight]) => total + weight, 0),
  sum: cells.reduce((total, [, , sum]) => total + sum, 0),
});

/** To the nearest cell. */
export const shiftCells = ({ cell }: RollingWindow, cells: readonly Cell[], by: Ms): readonly Cell[] =>
  cells.map(([index, weight, sum]) => [index + Math.round(by / cell), weight, sum]);

export const cellAt = ({ cell }: RollingWindow, at: EpochMs): number => Math.floor(at / cell);
