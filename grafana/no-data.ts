import { MappingType, SpecialValueMatch, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { type Scope, say } from './scope.ts';

const NO_DATA_COLOR = '#8e8e8e';

/**
 * A tile without a value is grey: else it has the colour of the lowest values, and a source that does not answer looks
 * calm or alarming.
 */
export const noData = (scope: Scope): ValueMapping => {
  const result = { text: say(scope, { zh: '无数据', en: 'no data' }), color: NO_DATA_COLOR };
  return { type: MappingType.SpecialValue, options: { match: SpecialValueMatch.NullAndNan, result } };
};
