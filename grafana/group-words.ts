import { formatLimit } from '#model/measure-words';
import { quantitySpec } from '#model/quantity';
import { type Rule, ruleName } from '#model/rule';
import { formatBasis, formatRule } from '#model/rule-words';
import { isHigh } from '#model/standard';
import type { Group } from './groups.ts';
import { limitRules } from './limits.ts';
import { deviceName, pointName, pointsOf, type Scope, say } from './scope.ts';

/** `一号冷藏箱 · 温度 2.0～8.0 °C`: what is measured, of whom if it is one device, and where it raises no alarm. */
export function groupTitle(scope: Scope, { quantity, points }: Group): string {
  const { name, states } = quantitySpec(quantity);
  const span = states === undefined ? normalSpan(scope, { quantity, points }) : '';
  const what = [say(scope, name), span].filter((part) => part !== '').join(' ');
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
