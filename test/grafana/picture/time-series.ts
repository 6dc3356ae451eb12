import type { TimeRange } from '../filled-query.ts';
import { type Scales, scalesOf, ticksOf, timeAxis, valueAxis } from './chart-axes.ts';
import { PALETTE, pageColor } from './colors.ts';
import type { Field } from './frame.ts';
import type { Looks, Step } from './looks.ts';
import { type Box, cut, element, textAt } from './svg.ts';

const LEGEND_LINE = 16;

/** Lines that are broken where there is nothing, a band between two of them, and the limits behind. */
export function timeSeries(box: Box, fields: readonly Field[], looks: Looks, range: TimeRange): string {
  const legend = legendOf(box, fields);
  const inner = {
    ...{ x: box.x + 62, y: box.y + 6 },
    ...{ width: box.width - 74, height: box.height - 28 - legend.height },
  };
  const [low, high] = extent(fields, looks);
  const scales = scalesOf(inner, range, [low, high]);
  return [
    timeAxis(scales, range),
    limits(scales, looks.thresholds?.steps ?? [], [low, high]),
    valueAxis(scales, ticksOf(low, high), looks),
    ...fields.map((field, index) => band(field, fields, scales, index)),
    ...fields.map((field, index) => line(field, scales, index)),
    legend.svg,
  ].join('');
}

/** What is seen: the values, and the limits that the axis shall always show. */
function extent(fields: readonly Field[], looks: Looks): readonly [number, number] {
  const values = fields
    .flatMap(({ points }) => points.map(([, value]) => value))
    .filter((value) => typeof value === 'number');
  const soft = [looks['custom.axisSoftMin'], looks['custom.axisSoftMax']].filter(
    (limit) => typeof limit === 'number',
  );
  const all = [...values, ...soft];
  if (all.length === 0) return [0, 1];
  const [low, high] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  const margin = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  return [low - margin, high + margin];
}

const colorOf = ({ looks }: Field, index: number): string =>
  pageColor(looks.color?.fixedColor ?? PALETTE[index % PALETTE.length] ?? 'blue');

/** Runs of values: a null ends one. */
function runs({ points }: Field): readonly (readonly (readonly [number, number])[])[] {
  const found: [number, number][][] = [[]];
  for (const [at, value] of points) {
    if (typeof value === 'number') found.at(-1)?.push([at, value]);
    else found.push([]);
  }
  return found.filter((run) => run.length > 0);
}

function line(field: Field, scales: Scales, index: number): string {
  const { x, y } = scales;
  const color = colorOf(field, index);
  if (field.looks['custom.drawStyle'] === 'bars') return bars(field, scales, color);
  const width = Number(field.looks['custom.lineWidth'] ?? 1);
  return runs(field)
    .map((run) => {
      const [first] = run;
      if (run.length === 1 && first !== undefined)
        return element('circle', { cx: x(first[0]), cy: y(first[1]), r: 1.6, fill: color });
      const points = run.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
      return element('polyline', { points, fill: 'none', stroke: color, 'stroke-width': width });
    })
    .join('');
}

function bars({ points }: Field, { box, x, y }: Scales, fill: string): string {
  const width = Math.max(1.5, (x(points[1]?.[0] ?? 0) - x(points[0]?.[0] ?? 0)) * 0.8);
  const ground = Math.min(box.y + box.height, y(0));
  return points
    .flatMap(([at, value]) => (typeof value === 'number' && value > 0 ? [[at, value] as const] : []))
    .map(([at, value]) => element('rect', { x: x(at), y: y(value), width, height: ground - y(value), fill }))
    .join('');
}

/** Between the field and that to which it is filled. */
function band(field: Field, fields: readonly Field[], { x, y }: Scales, index: number): string {
  const below = fields.find(({ name }) => name === field.looks['custom.fillBelowTo']);
  if (below === undefined) return '';
  const under = new Map(below.points);
  const fill = {
    fill: colorOf(field, index),
    'fill-opacity': Number(field.looks['custom.fillOpacity'] ?? 0) / 100,
  };
  return runs(field)
    .map((run) => {
      const back = run
        .map(([at]): [number, number] => [at, Number(under.get(at) ?? Number.NaN)])
        .toReversed();
      const points = [...run, ...back]
        .map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`)
        .join(' ');
      return element('polygon', { points, ...fill });
    })
    .join('');
}

function limits({ box, y }: Scales, steps: readonly Step[], [low, high]: readonly [number, number]): string {
  const inside = (value: number) => Math.min(high, Math.max(low, value));
  return steps
    .map(({ value, color }, index) => {
      const [from, to] = [inside(value ?? low), inside(steps[index + 1]?.value ?? high)];
      const paint = { fill: pageColor(color), 'fill-opacity': 0.13 };
      const area = { x: box.x, y: y(to), width: box.width, height: y(from) - y(to), ...paint };
      const next = steps[index + 1];
      const border = next?.value ?? null;
      // The line at a limit has the colour of its worse side.
      const dash = {
        stroke: pageColor(color === 'transparent' ? (next?.color ?? '') : color),
        'stroke-dasharray': '6 4',
      };
      const at = border !== null && border > low && border < high ? y(border) : null;
      const rule =
        at === null ? '' : element('line', { x1: box.x, x2: box.x + box.width, y1: at, y2: at, ...dash });
      return (color === 'transparent' ? '' : element('rect', area)) + rule;
    })
    .join('');
}

/** Names under the chart, as many in a line as there is room for. */
function legendOf(box: Box, fields: readonly Field[]): { readonly svg: string; readonly height: number } {
  const named = fields.map((field, index) => ({ field, index })).filter(({ field }) => isNamed(field));
  const columns = Math.max(1, Math.floor(box.width / 190));
  const lines = Math.ceil(named.length / columns);
  const top = box.y + box.height - lines * LEGEND_LINE + 10;
  const svg = named.map(({ field, index }, place) => {
    const x = box.x + 8 + (place % columns) * (box.width / columns);
    const y = top + Math.floor(place / columns) * LEGEND_LINE;
    const mark = element('rect', { x, y: y - 6, width: 12, height: 3, fill: colorOf(field, index) });
    return mark + textAt(x + 17, y, cut(field.label, box.width / columns - 24));
  });
  return { svg: svg.join(''), height: lines * LEGEND_LINE };
}

const isNamed = ({ looks }: Field): boolean =>
  (looks['custom.hideFrom'] as { readonly legend?: boolean } | undefined)?.legend !== true;
