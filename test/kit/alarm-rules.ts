import type {
  DifferenceRule,
  ExposureRule,
  FaultRule,
  ForecastRule,
  FrozenRule,
  KineticMeanRule,
  MeanRule,
  RateRule,
  Rule,
} from '#model/rule';
import { DAY, HOUR, MINUTE } from '#model/time';
import { limitRule, noDataRule } from './alarms-site.ts';

const base = {
  severity: 'warning',
  basis: { document: 'Hygate', certainty: 'E' },
  advice: { zh: '到现场查看', en: 'Go and look' },
} as const;
const at = { inclusive: false, deadband: 0, onDelay: 0, offDelay: 0 } as const;

/** One rule of each kind, for what is not said. */
const usualRules = {
  limit: limitRule(),
  'no-data': noDataRule(),
  fault: {
    ...base,
    kind: 'fault',
    id: 'bad-sensor',
    reasons: ['sensor-fault', 'device-exception', 'decode'],
    after: 10 * MINUTE,
  } satisfies FaultRule,
  frozen: { ...base, kind: 'frozen', id: 'frozen', least: 0, after: 30 * MINUTE } satisfies FrozenRule,
  rate: {
    ...{ ...base, ...at, kind: 'rate', id: 'rising' },
    ...{ limit: 2, within: 10 * MINUTE },
  } satisfies RateRule,
  mean: {
    ...{ ...base, ...at, kind: 'mean', id: 'hourly-mean-high' },
    ...{ limit: 8, coverage: 0.75 },
  } satisfies MeanRule,
  exposure: {
    ...{ ...base, ...at, kind: 'exposure', id: 'heat-exposure', inclusive: true },
    ...{ beyond: 8, limit: HOUR, within: 'event' },
  } satisfies ExposureRule,
  'kinetic-mean': {
    ...{ ...base, ...at, kind: 'kinetic-mean', id: 'kinetic-mean' },
    ...{ limit: 8, within: DAY },
  } satisfies KineticMeanRule,
  difference: {
    ...{ ...base, ...at, kind: 'difference', id: 'disagreement' },
    ...{ limit: 2, other: 'fridge-1.lower' },
  } satisfies DifferenceRule,
  forecast: {
    ...{ ...base, ...at, kind: 'forecast', id: 'forecast-high' },
    ...{ limit: 8, deadband: 0.2, horizon: 2 * HOUR },
  } satisfies ForecastRule,
} as const;

/** The rule of its kind, with what is given in its place. */
export const ruleLike = (given: Readonly<Record<string, unknown>>): Rule => {
  const kind = (given.kind ?? 'limit') as keyof typeof usualRules;
  return { ...usualRules[kind], ...given } as Rule;
};
