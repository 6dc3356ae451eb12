import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { quantitySpec } from '#model/quantity';
import { isHigh } from '#model/standard';
import type { Group } from './groups.ts';
import { colorAt, limitRules, limitSteps } from './limits.ts';
import type { Statistic } from './question.ts';
import type { Scope } from './scope.ts';

export const isState = ({ quantity }: Pick<Group, 'quantity'>): boolean =>
  quantitySpec(quantity).states !== undefined;

/** What each number of a state means, in the colour of the alarm that it raises. */
export function stateMappings({ language }: Scope, { quantity, points: [{ rules }] }: Group): ValueMapping[] {
  const steps = limitSteps(rules);
  const states = Object.entries(quantitySpec(quantity).states ?? {});
  const options = Object.fromEntries(
    states.map(([value, text], index) => [
      value,
      { text: text[language], color: colorAt(steps, Number(value)), index },
    ]),
  );
  return states.length === 0 ? [] : [{ type: MappingType.ValueToText, options }];
}

/** Which of a bucket's states is the worst: that towards the limit. */
export const worstState = ({ points: [{ rules }] }: Group): Statistic =>
  limitRules(rules).some(({ id }) => !isHigh(id)) ? 'min' : 'max';
