import { pageColor } from './colors.ts';
import type { Table } from './frame.ts';
import { type FieldConfigJson, type Looks, looksOf } from './looks.ts';
import { type Box, cut, element, textAt } from './svg.ts';
import { clockText, shown, type Value } from './value-text.ts';

const LINE = 22;

interface Sort {
  readonly displayName: string;
  readonly desc?: boolean;
}

/** The first rows, as many as there is room for, and how many there are in all. */
export function table(
  box: Box,
  { names, rows }: Table,
  config: FieldConfigJson,
  sortBy: readonly Sort[],
): string {
  const columns = names.map((name, index) => ({ index, looks: looksOf(config, { name, refId: '' }), name }));
  if (rows.length === 0)
    return textAt(box.x + 12, box.y + 30, String(config.defaults?.['noValue'] ?? 'No data'), {
      fill: '#777',
    });
  const sorts = sortBy.map(({ displayName, desc = false }) => ({
    column: columns.find(({ looks, name }) => (looks.displayName ?? name) === displayName)?.index ?? 0,
    direction: desc ? -1 : 1,
  }));
  const sorted = rows.toSorted((a, b) =>
    sorts.reduce(
      (so, { column, direction }) => so || order(a[column] ?? null, b[column] ?? null) * direction,
      0,
    ),
  );
  const widths = widthsOf(
    columns.map(({ looks }) => looks),
    box.width,
  );
  const lefts = widths.map(
    (_, index) => box.x + widths.slice(0, index).reduce((sum, width) => sum + width, 0),
  );
  const head = columns.map(({ looks, name }, index) =>
    textAt((lefts[index] ?? 0) + 6, box.y + 15, cut(looks.displayName ?? name, (widths[index] ?? 0) - 8), {
      fill: '#3274D9',
    }),
  );
  const room = Math.floor((box.height - LINE) / LINE);
  const body = sorted.slice(0, room).flatMap((row, line) =>
    columns.map(({ looks, name, index }, place) => {
      const cell = {
        x: lefts[place] ?? 0,
        y: box.y + LINE * (line + 1),
        width: widths[place] ?? 0,
        height: LINE,
      };
      return cellOf(cell, name, row[index] ?? null, looks);
    }),
  );
  const more =
    rows.length > room
      ? textAt(box.x + box.width - 6, box.y - 8, `${rows.length} 行`, { 'text-anchor': 'end', fill: '#999' })
      : '';
  return [...head, ...body, more].join('');
}

function cellOf(box: Box, name: string, value: Value, looks: Looks): string {
  const isTime = name === 'Time' && typeof value === 'number';
  const { text, color } = isTime
    ? { text: clockText(value), color: null }
    : shown(value, { ...looks, noValue: looks.noValue ?? '' });
  const { type = 'auto' } = (looks['custom.cellOptions'] ?? {}) as { readonly type?: string };
  const painted = type === 'color-background' && color !== null;
  const paint = painted
    ? element('rect', { ...plain(box), fill: color })
    : element('rect', { ...plain(box), fill: 'none', stroke: '#eee' });
  const bar =
    type === 'gauge' && typeof value === 'number'
      ? element('rect', {
          ...plain(box),
          width: Math.min(box.width, value * 12),
          fill: pageColor('light-blue'),
        })
      : '';
  return paint + bar + textAt(box.x + 6, box.y + 15, cut(text, box.width - 10));
}

const plain = ({ x, y, width, height }: Box) => ({ x, y, width, height });

const order = (a: Value, b: Value): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a ?? '').localeCompare(String(b ?? ''));

/** Those that say how wide they are, and an equal part of the rest for each of the others. */
function widthsOf(looks: readonly Looks[], width: number): readonly number[] {
  const own = looks.map((each) => (typeof each['custom.width'] === 'number' ? each['custom.width'] : null));
  const taken = own.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  const free = own.filter((each) => each === null).length;
  return own.map((each) => each ?? Math.max(60, (width - taken) / Math.max(1, free)));
}
