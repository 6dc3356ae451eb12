import type { TimeRange } from '../filled-query.ts';
import type { Looks } from './looks.ts';
import { type Box, element, textAt } from './svg.ts';
import { clockText, shown } from './value-text.ts';

/** Where a time and a value stand in the picture. */
export interface Scales {
  readonly box: Box;
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
}

export function scalesOf(box: Box, range: TimeRange, [low, high]: readonly [number, number]): Scales {
  const room = Math.max(high - low, 1e-9);
  return {
    box,
    x: (at) => box.x + ((at - range.from) / (range.to - range.from)) * box.width,
    y: (value) => box.y + box.height - ((value - low) / room) * box.height,
  };
}

/** Round numbers between the two. */
export function ticksOf(low: number, high: number, wanted = 4): readonly number[] {
  const rough = Math.max(high - low, 1e-9) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step) * step;
  const count = Math.floor((high - first) / step + 1e-9) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) =>
    Number((first + index * step).toPrecision(12)),
  );
}

export function valueAxis({ box, y }: Scales, ticks: readonly number[], looks: Looks): string {
  return ticks
    .map((tick) => {
      const line = { x1: box.x, x2: box.x + box.width, y1: y(tick), y2: y(tick), stroke: '#e4e4e8' };
      const { text } = shown(tick, { ...looks, mappings: [] });
      return element('line', line) + textAt(box.x - 5, y(tick) + 4, text, { 'text-anchor': 'end' });
    })
    .join('');
}

export function timeAxis({ box, x }: Pick<Scales, 'box' | 'x'>, { from, to }: TimeRange): string {
  const steps = [5, 15, 30, 60, 120, 240].map((minutes) => minutes * 60_000);
  const step = steps.find((length) => (to - from) / length <= box.width / 60) ?? 14_400_000;
  const first = Math.ceil(from / step) * step;
  const ticks = Array.from(
    { length: Math.floor((to - first) / step) + 1 },
    (_, index) => first + index * step,
  );
  return ticks
    .map((at) => {
      const line = { x1: x(at), x2: x(at), y1: box.y, y2: box.y + box.height, stroke: '#f0f0f3' };
      const label = clockText(at).slice(11, 16);
      return (
        element('line', line) + textAt(x(at), box.y + box.height + 14, label, { 'text-anchor': 'middle' })
      );
    })
    .join('');
}
