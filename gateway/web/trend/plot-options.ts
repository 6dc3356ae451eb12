import uPlot from 'uplot';
import { formatValue } from '#model/measure-words';
import { type Quantity, quantitySpec } from '#model/quantity';
import type { Rule } from '#model/rule';
import type { Language } from '#model/text';
import type { Palette } from './palette.ts';
import { extremesOf } from './plot-imported.ts';
import { drawMarks, type Marks } from './plot-marks.ts';

export interface PlotFacts {
  readonly quantity: Quantity;
  readonly rules: readonly Rule[];
  readonly language: Language;
  readonly palette: Palette;
  readonly width: number;
  readonly height: number;
  readonly banded: boolean;
  /** Read at each drawing, so that new data need no new plot. */
  readonly marks: () => Marks;
  readonly onCursor: (index: number | null) => void;
}

const FONT = '12px system-ui, sans-serif';

/** The plot of one point: band and line, limits, gaps. Times are in seconds, as uPlot wants them. */
export function plotOptions(facts: PlotFacts): uPlot.Options {
  const { palette, width, height, quantity, language } = facts;
  const axis = {
    stroke: palette.muted,
    grid: { stroke: palette.line, width: 1 },
    ticks: { show: false },
    font: FONT,
  };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 8 } },
    scales: {
      x: { time: true },
      y: { range: (_plot, low, high) => rangeOf([low, high, ...extremesOf(facts.marks().imported)], facts) },
    },
    series: seriesOptions(facts),
    ...(facts.banded && { bands: [{ series: [2, 1], fill: palette.band }] }),
    axes: [
      { ...axis, space: 70, values: (_plot, splits, _axis, _space, step) => timeTicks(splits, step) },
      {
        ...axis,
        size: 46,
        values: (_plot, splits) => splits.map((value) => formatTick(value, quantity, language)),
      },
    ],
    hooks: {
      drawAxes: [(plot) => drawMarks(plot, facts.marks(), facts)],
      setCursor: [(plot) => facts.onCursor(plot.cursor.idx ?? null)],
    },
  };
}

function seriesOptions({ palette, banded, quantity }: PlotFacts): uPlot.Series[] {
  const edge: uPlot.Series = { stroke: palette.bandEdge, width: 1, points: { show: false } };
  const stepped = quantitySpec(quantity).states !== undefined;
  const line: uPlot.Series = {
    stroke: palette.accent,
    width: 2,
    ...(stepped && uPlot.paths.stepped && { paths: uPlot.paths.stepped({ align: 1 }) }),
  };
  return banded ? [{}, edge, edge, line] : [{}, line];
}

/** Limits are always in sight: a value is read by its distance to them. */
function rangeOf(drawn: readonly (number | null)[], { rules, quantity }: PlotFacts): [number, number] {
  const { states, range, decimals } = quantitySpec(quantity);
  if (states !== undefined) return [range[0] - 0.2, range[1] + 0.2];
  const limits = rules.flatMap((rule) => (rule.kind === 'limit' ? [rule.limit] : []));
  const values = [...limits, ...drawn].filter((value) => value !== null && value !== undefined);
  const bottom = values.length === 0 ? 0 : Math.min(...values);
  const top = values.length === 0 ? 1 : Math.max(...values);
  const margin = Math.max((top - bottom) * 0.08, 10 ** -decimals);
  return [bottom - margin, top + margin];
}

function formatTick(value: number, quantity: Quantity, language: Language): string {
  const { states, decimals } = quantitySpec(quantity);
  if (states !== undefined) return Number.isInteger(value) ? formatValue(value, quantity, language) : '';
  return Number(value.toFixed(decimals + 1))
    .toString()
    .replace('-', '−');
}

const DAY_SECONDS = 86_400;
const two = (number: number): string => String(number).padStart(2, '0');

/** Hours, with the date at midnight; days when hours do not fit. */
function timeTicks(splits: readonly number[], step: number): string[] {
  return splits.map((seconds) => {
    const date = new Date(seconds * 1000);
    const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    const midnight = date.getHours() === 0 && date.getMinutes() === 0;
    return step >= DAY_SECONDS || midnight ? day : `${two(date.getHours())}:${two(date.getMinutes())}`;
  });
}
