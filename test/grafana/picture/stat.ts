import { pageColor } from './colors.ts';
import type { Looks } from './looks.ts';
import { type Box, cut, element, textAt } from './svg.ts';
import { type Shown, shown, type Value } from './value-text.ts';

export interface Tile {
  readonly label: string;
  readonly value: Value;
  readonly looks: Looks;
}

/** Tiles side by side, in the colour of their value. */
export function stat(box: Box, tiles: readonly Tile[]): string {
  const columns = Math.min(tiles.length, Math.ceil(Math.sqrt((tiles.length * box.width) / (box.height * 2))));
  const lines = Math.ceil(tiles.length / Math.max(1, columns));
  const [width, height] = [box.width / Math.max(1, columns), box.height / Math.max(1, lines)];
  return tiles
    .map((tile, index) => {
      const [x, y] = [box.x + (index % columns) * width, box.y + Math.floor(index / columns) * height];
      return drawn({ x: x + 2, y: y + 2, width: width - 4, height: height - 4 }, tile);
    })
    .join('');
}

function drawn(box: Box, { label, value, looks }: Tile): string {
  const { text, color }: Shown = shown(value, looks);
  const plain = color ?? (value === null ? '#d8d9da' : pageColor('green'));
  const size = Math.min(30, box.height * 0.4, (box.width / Math.max(4, text.length)) * 1.6);
  const middle = { 'text-anchor': 'middle' };
  return [
    element('rect', { ...{ x: box.x, y: box.y, width: box.width, height: box.height, rx: 3 }, fill: plain }),
    textAt(box.x + box.width / 2, box.y + 15, cut(label, box.width - 8), middle),
    textAt(box.x + box.width / 2, box.y + box.height * 0.55 + size / 2, text, {
      ...middle,
      'font-size': size,
    }),
  ].join('');
}
