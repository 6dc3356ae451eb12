import type { TimeRange } from '../filled-query.ts';
import { timeAxis } from './chart-axes.ts';
import { pageColor } from './colors.ts';
import type { Field } from './frame.ts';
import { type Box, cut, element, textAt } from './svg.ts';
import { shown, type Value } from './value-text.ts';

const NAMES = 170;

/** The part of a panel's JSON that says what its lanes show. */
export interface LaneOptions {
  readonly showValue?: 'auto' | 'always' | 'never';
  readonly perPage?: number;
}

/** A lane for each field of the first page; where there is nothing, the lane is empty. */
export function stateTimeline(
  box: Box,
  all: readonly Field[],
  { range, showValue, perPage }: LaneOptions & { readonly range: TimeRange },
): string {
  const fields = all.slice(0, perPage);
  const inner = { x: box.x + NAMES, y: box.y + 4, width: box.width - NAMES - 12, height: box.height - 26 };
  const x = (at: number) => inner.x + ((at - range.from) / (range.to - range.from)) * inner.width;
  const height = inner.height / Math.max(1, fields.length);
  const lanes = fields.map((field, index) => {
    const lane = { ...inner, y: inner.y + index * height, height: height * 0.8 };
    const middle = lane.y + lane.height / 2;
    const name = textAt(inner.x - 8, middle + 4, cut(field.label, NAMES - 14), { 'text-anchor': 'end' });
    return (
      name +
      spans(field, range)
        .map((span) => block(span, { field, isTold: showValue !== 'never' }, lane, x))
        .join('')
    );
  });
  return timeAxis({ box: inner, x }, range) + lanes.join('');
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly value: Value;
}

/** Equal neighbours become one; the last lasts as long as its bucket. */
function spans({ points }: Field, range: TimeRange): readonly Span[] {
  const width = (points[1]?.[0] ?? range.to) - (points[0]?.[0] ?? range.from);
  const found: Span[] = [];
  for (const [at, value] of points) {
    const last = found.at(-1);
    if (last?.value === value && last.to === at) found.splice(-1, 1, { ...last, to: at + width });
    else found.push({ from: at, to: at + width, value });
  }
  return found.filter(({ value }) => value !== null);
}

function block(
  { from, to, value }: Span,
  { field, isTold }: { readonly field: Field; readonly isTold: boolean },
  lane: Box,
  x: (at: number) => number,
): string {
  const { looks } = field;
  const { text, color } = shown(value, looks);
  const [left, right] = [Math.max(lane.x, x(from)), Math.min(lane.x + lane.width, x(to))];
  const fill = {
    fill: color ?? pageColor('blue'),
    'fill-opacity': Number(looks['custom.fillOpacity'] ?? 80) / 100,
  };
  const area = { x: left, y: lane.y, width: Math.max(1, right - left), height: lane.height, ...fill };
  const label =
    right - left < 40 || !isTold
      ? ''
      : textAt(left + 4, lane.y + lane.height / 2 + 4, text, { fill: '#111' });
  return element('rect', area) + label;
}
