import type { TimeRange } from '../filled-query.ts';
import type { PanelJson } from '../schema-check.ts';
import { fieldsOf, type Returned, tableOf } from './frame.ts';
import { type FieldConfigJson, looksOf } from './looks.ts';
import { stat, type Tile } from './stat.ts';
import { type LaneOptions, stateTimeline } from './state-timeline.ts';
import { type Box, cut, element, textAt } from './svg.ts';
import { table } from './table.ts';
import { timeSeries } from './time-series.ts';
import { type TransformationJson, transformed } from './transformation.ts';

/** What a panel shows of what came back, near to what Grafana draws: with its title, unit, limits, names and colours. */
export function panelPicture(
  panel: PanelJson,
  returned: readonly Returned[],
  { width, height, range }: { readonly width: number; readonly height: number; readonly range: TimeRange },
): string {
  const inner = { x: 6, y: 30, width: width - 12, height: height - 36 };
  const title = cut(String(panel['title'] ?? ''), width - 60, 13);
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height, 'font-family': 'Noto Sans CJK SC, sans-serif' },
    element('rect', {
      x: 0.5,
      y: 0.5,
      width: width - 1,
      height: height - 1,
      fill: '#fff',
      stroke: '#d5d6da',
    }) +
      textAt(10, 20, title, { 'font-size': 13, 'font-weight': 600 }) +
      bodyOf(panel, returned, inner, range),
  );
}

function bodyOf(panel: PanelJson, returned: readonly Returned[], box: Box, range: TimeRange): string {
  const config = (panel['fieldConfig'] ?? {}) as FieldConfigJson;
  const looks = looksOf(config, { name: '', refId: '' });
  if (panel.type === 'timeseries') return timeSeries(box, fieldsOf(panel, returned), looks, range);
  if (panel.type === 'state-timeline')
    return stateTimeline(box, fieldsOf(panel, returned), { ...(panel['options'] as LaneOptions), range });
  if (panel.type === 'stat') return stat(box, tilesOf(panel, returned));
  if (panel.type === 'table') return table(box, tableIn(panel, returned), config, sortOf(panel));
  if (panel.type === 'text') return textAt(box.x + 8, box.y + 20, 'text');
  throw new Error(`the pictures do not know the panel ${panel.type}`);
}

const sortOf = (panel: PanelJson) =>
  (panel['options'] as { readonly sortBy?: Parameters<typeof table>[3] } | undefined)?.sortBy ?? [];

const tableIn = (panel: PanelJson, returned: readonly Returned[]) =>
  transformed(
    returned.map((each) => tableOf([each])),
    (panel['transformations'] ?? []) as readonly TransformationJson[],
  );

/** Of each series its last value; or how many rows of a table there are. */
function tilesOf(panel: PanelJson, returned: readonly Returned[]): readonly Tile[] {
  const { reduceOptions } = panel['options'] as {
    readonly reduceOptions: { readonly calcs: readonly string[] };
  };
  const looks = looksOf(panel['fieldConfig'] as FieldConfigJson, { name: '', refId: '' });
  if (reduceOptions.calcs[0] === 'count') {
    const { rows } = tableIn(panel, returned);
    return [{ label: '', value: rows.length, looks }];
  }
  const tiles = fieldsOf(panel, returned).map(({ label, looks, points }) => ({
    ...{ label, looks },
    value: points.findLast(([, value]) => value !== null)?.[1] ?? null,
  }));
  return tiles.length > 0 ? tiles : [{ label: '', value: null, looks }];
}
