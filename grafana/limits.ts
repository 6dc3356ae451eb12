import type { LimitRule, Rule } from '#model/rule';
import { isHigh, type Severity } from '#model/standard';

/** Where colours begin, from below: the first has no value. */
export interface Step {
  readonly value: number | null;
  readonly color: string;
}

export const SEVERITY_COLORS: Readonly<Record<Severity, string>> = {
  notice: 'yellow',
  warning: 'orange',
  critical: 'red',
};
export const NORMAL_COLOR = 'green';
/** Of what no limit judges: nobody said that it is well. */
export const UNJUDGED_COLOR = 'blue';

/** Limits from below. Where two of a side are equal, the one that is raised first. */
export function limitRules(rules: readonly Rule[]): readonly LimitRule[] {
  const limits = rules.filter((rule) => rule.kind === 'limit').sort((a, b) => b.onDelay - a.onDelay);
  const distinct = new Map(limits.map((rule) => [`${isHigh(rule.id)} ${rule.limit}`, rule]));
  return [...distinct.values()].sort((a, b) => a.limit - b.limit);
}

/** A colour begins at its value, so a limit that may just be reached begins right behind it. */
export function limitSteps(rules: readonly Rule[], inside?: string): readonly Step[] {
  const limits = limitRules(rules);
  const normal = inside ?? (limits.length === 0 ? UNJUDGED_COLOR : NORMAL_COLOR);
  const lows = limits.filter(({ id }) => !isHigh(id));
  const highs = limits.filter(({ id }) => isHigh(id));
  const colorOf = (rule: LimitRule | undefined) =>
    rule === undefined ? normal : SEVERITY_COLORS[rule.severity];
  return [
    { value: null, color: colorOf(lows[0]) },
    ...lows.map(({ limit, inclusive }, index) => ({
      value: inclusive ? nextAbove(limit) : limit,
      color: colorOf(lows[index + 1]),
    })),
    ...highs.map((rule) => ({
      value: rule.inclusive ? rule.limit : nextAbove(rule.limit),
      color: colorOf(rule),
    })),
  ];
}

export const colorAt = (steps: readonly Step[], value: number): string =>
  steps.findLast((step) => step.value === null || value >= step.value)?.color ?? NORMAL_COLOR;

/** A number behind the limit and nearer to it than any sensor can tell. */
const nextAbove = (limit: number): number => limit + Math.max(Math.abs(limit), 1) * 1e-12;
