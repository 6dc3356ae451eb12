import { formatLimit } from '#model/measure-words';
import { quantitySpec } from '#model/quantity';
import { type Rule, ruleName } from '#model/rule';
import { formatBasis, formatRule } from '#model/rule-words';
import { isHigh } from '#model/standard';
import type { Group } from './groups.ts';
import { limitRules } from './limits.ts';
import { deviceName, pointName, pointsOf, type Scope, say } from './scope.ts';

/** `温度 2.0～8.0 °C`: what is measured, and where it raises no alarm. */
export function groupMeasure(scope: Scope, group: Group): string {
  const { name, states } = quantitySpec(group.quantity);
  const span = states === undefined ? normalSpan(scope, group) : '';
  return [say(scope, name), span].filter((part) => part !== '').join(' ');
}

/** `一号冷藏箱 · 温度 2.0～8.0 °C`: of whom, too, if it is one device. */
export function groupTitle(scope: Scope, group: Group): string {
  const { points } = group;
  const what = groupMeasure(scope, group);
  const [{ device }] = points;
  if (points.some((point) => point.device !== device)) return what;
  return `${deviceName(scope, device)} · ${what}`;
}

function normalSpan(scope: Scope, { quantity, points: [{ rules }] }: Group): string {
  const limits = limitRules(rules);
  const low = limits.findLast(({ id }) => !isHigh(id));
  const high = limits.find(({ id }) => isHigh(id));
  const words = (limit: number) => formatLimit(limit, quantity);
  if (low !== undefined && high !== undefined) {
    const { symbol } = quantitySpec(quantity);
    const to = say(scope, { zh: '～', en: ' to ' });
    return words(low.limit).replace(` ${symbol}`, '') + to + words(high.limit);
  }
  if (low !== undefined) return `${low.inclusive ? '>' : '≥'} ${words(low.limit)}`;
  return high === undefined ? '' : `${high.inclusive ? '<' : '≤'} ${words(high.limit)}`;
}

/** Each rule of the points in a line: what it is called, what makes it, and on what it is based. */
export function groupDescription(scope: Scope, { quantity, points }: Group): string {
  const names = new Map(pointsOf(scope.site).map((point) => [point.id, pointName(scope, point)]));
  const speech = { quantity, language: scope.language, nameOf: (id: string) => names.get(id) ?? id };
  const line = (rule: Rule) => {
    const [name, words] = [say(scope, ruleName(rule, quantity)), formatRule(rule, speech)];
    const what = words.startsWith(name) ? words : `${name}: ${words}`;
    return `- ${what} (${formatBasis(rule.basis, scope.language)})`;
  };
  return [...new Set(points.flatMap(({ rules }) => rules.map(line)))].join('\n');
}
