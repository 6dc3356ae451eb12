import { type GridPos, type Panel, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Asking } from './asking.ts';

/** Panels under one heading, each so wide and high, from the left and then below. */
export interface Section {
  readonly title: string;
  readonly panels: readonly Asking[];
  readonly width: number;
  readonly height: number;
}

/** Of Grafana's grid. */
const COLUMNS = 24;

/** Places and numbers every panel; a section without any is left out. */
export function arrange(sections: readonly Section[]): Panel[] {
  let y = 0;
  const placed: Panel[] = [];
  const place = (panel: Panel, gridPos: GridPos) => placed.push({ ...panel, id: placed.length + 1, gridPos });
  for (const { title, panels, width, height } of sections.filter(({ panels }) => panels.length > 0)) {
    place(heading(title), { x: 0, y, w: COLUMNS, h: 1 });
    y += 1;
    const perLine = Math.max(1, Math.floor(COLUMNS / width));
    panels.forEach(({ panel }, index) => {
      const [left, line] = [index % perLine, Math.floor(index / perLine)];
      place(panel, { x: left * width, y: y + line * height, w: width, h: height });
    });
    y += Math.ceil(panels.length / perLine) * height;
  }
  return placed;
}

/** A row is a panel of its own kind. */
const heading = (title: string): Panel => ({ ...new RowBuilder(title).build() }) as unknown as Panel;
