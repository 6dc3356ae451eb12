import { CONDITIONS } from '#model/condition';
import { quantitySpec } from '#model/quantity';
import { ruleName } from '#model/rule';
import type { Text } from '#model/text';
import { deviceName, pointsOf, type Scope, say } from '../scope.ts';
import { calledCells, type TableColumn } from './table.ts';

/** Area, device and point, by the names that the site gives them. */
export function placeColumns(scope: Scope): TableColumn[] {
  const { areas, devices } = scope.site;
  const areaNames = areas.map(({ id, name }) => [id, { text: say(scope, name) }] as const);
  const deviceNames = devices.map(({ id }) => [id, { text: deviceName(scope, id) }] as const);
  return [
    { field: 'area', title: { zh: '区域', en: 'Area' }, looks: [calledCells(areaNames)] },
    { field: 'device', title: { zh: '设备', en: 'Device' }, looks: [calledCells(deviceNames)] },
    { field: 'point', title: { zh: '测点', en: 'Point' }, looks: [calledCells(keyNames(scope))] },
  ];
}

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

/** Rules by their names, those of the gateway about itself too. */
export function ruleColumn(scope: Scope): TableColumn {
  const rules = pointsOf(scope.site).flatMap((point) => point.rules);
  // As of a plain number: a state's words for a limit are those of one point.
  const names = new Map<string, Text>(rules.map((rule) => [rule.id, ruleName(rule, 'number')]));
  for (const [id, { name }] of Object.entries(CONDITIONS)) names.set(id, name);
  const cells = [...names].map(([id, text]) => [id, { text: say(scope, text) }] as const);
  return { field: 'rule', title: { zh: '规则', en: 'Rule' }, looks: [calledCells(cells)] };
}
