import { MappingType, SpecialValueMatch } from '@grafana/grafana-foundation-sdk/dashboard';
import { quantitySpec } from '#model/quantity';
import { deviceName, pointsOf, type Scope, say } from '../scope.ts';
import { GATEWAY_NAME } from '../words.ts';
import { calledCells, type TableColumn } from './table.ts';

/** Area, device and point, by the names that the site gives them. */
export const placeColumns = (scope: Scope): TableColumn[] => [
  areaColumn(scope),
  { field: 'device', title: { zh: '设备', en: 'Device' }, looks: [deviceNames(scope)] },
  { field: 'point', title: { zh: '测点', en: 'Point' }, looks: [calledCells(keyNames(scope))] },
];

/** The gateway's own alarms are of no area. */
export function areaColumn(scope: Scope): TableColumn {
  const { id, value } = calledCells(
    scope.site.areas.map((area) => [area.id, { text: say(scope, area.name) }]),
  );
  const result = { text: say(scope, GATEWAY_NAME) };
  const none = [SpecialValueMatch.Empty, SpecialValueMatch.Null].map((match) => ({
    type: MappingType.SpecialValue as const,
    options: { match, result },
  }));
  return { field: 'area', title: { zh: '区域', en: 'Area' }, looks: [{ id, value: [...value, ...none] }] };
}

export const deviceNames = (scope: Scope) =>
  calledCells(scope.site.devices.map(({ id }) => [id, { text: deviceName(scope, id) }]));

/** A key has one name in the whole column: what it is called everywhere, or what it measures everywhere. */
function keyNames(scope: Scope) {
  const named = Map.groupBy(pointsOf(scope.site), ({ key }) => key);
  return [...named].flatMap(([key, points]) => {
    const text =
      only(points.map(({ name }) => say(scope, name))) ??
      only(points.map(({ quantity }) => say(scope, quantitySpec(quantity).name)));
    return text === undefined ? [] : [[key, { text }] as const];
  });
}

function only(texts: readonly string[]): string | undefined {
  const [first, ...others] = new Set(texts);
  return others.length === 0 ? first : undefined;
}
