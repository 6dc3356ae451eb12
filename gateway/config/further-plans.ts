import type { FaultRule, SignalRule } from '#model/rule';
import type { Severity } from '#model/standard';
import type { Text } from '#model/text';
import { DAY, MINUTE } from '#model/time';
import {
  BAD_SENSOR,
  CHANGING,
  DISAGREEING,
  EXPOSED,
  FORECAST,
  FROZEN,
  IMPLAUSIBLE,
  KINETIC,
  LOOK,
} from './advice.ts';
import type { FurtherId } from './rule-file.ts';

export type FurtherRule = SignalRule | FaultRule;

/** What a rule is made of where neither table nor site file says more. */
export interface Plan {
  readonly kind: FurtherRule['kind'];
  /** Keys of the site file without which there is no such rule, each with the field of the rule that it fills. */
  readonly needs: Readonly<Record<string, string>>;
  readonly usual: Readonly<Record<string, unknown>>;
  readonly severity: Severity;
  readonly advice: Text;
}

const THRESHOLD = { inclusive: false, deadband: 0, onDelay: 0, offDelay: 0 };
const VALUE = { value: 'limit' };
/** Of a day's readings three quarters must be there: HJ 356, as far as remembered (M?). */
const COVERAGE = 0.75;

const fault = (reasons: FaultRule['reasons'], advice: Text): Plan => ({
  kind: 'fault',
  needs: { after: 'after' },
  usual: { reasons },
  severity: 'warning',
  advice,
});

const frozen: Plan = {
  kind: 'frozen',
  needs: { change: 'least', after: 'after' },
  usual: {},
  severity: 'warning',
  advice: FROZEN,
};

const rate: Plan = {
  kind: 'rate',
  needs: { ...VALUE, within: 'within' },
  usual: THRESHOLD,
  severity: 'warning',
  advice: CHANGING,
};

const mean: Plan = {
  kind: 'mean',
  needs: VALUE,
  usual: { ...THRESHOLD, coverage: COVERAGE },
  severity: 'warning',
  advice: LOOK,
};

const exposure: Plan = {
  kind: 'exposure',
  needs: { beyond: 'beyond', for: 'limit' },
  usual: { ...THRESHOLD, within: 'event' },
  severity: 'critical',
  advice: EXPOSED,
};

const kineticMean: Plan = {
  kind: 'kinetic-mean',
  needs: VALUE,
  usual: { ...THRESHOLD, within: DAY },
  severity: 'notice',
  advice: KINETIC,
};

const difference: Plan = {
  kind: 'difference',
  needs: { ...VALUE, other: 'other' },
  usual: THRESHOLD,
  severity: 'warning',
  advice: DISAGREEING,
};

const forecast: Plan = {
  kind: 'forecast',
  needs: {},
  usual: { ...THRESHOLD, horizon: 30 * MINUTE },
  severity: 'notice',
  advice: FORECAST,
};

export const PLANS: Readonly<Record<FurtherId, Plan>> = {
  'bad-sensor': fault(['sensor-fault', 'frozen'], BAD_SENSOR),
  implausible: fault(['out-of-range'], IMPLAUSIBLE),
  frozen,
  rising: rate,
  falling: rate,
  'hourly-mean-high': mean,
  'hourly-mean-low': mean,
  'daily-mean-high': mean,
  'daily-mean-low': mean,
  'warm-exposure': exposure,
  'heat-exposure': exposure,
  'freeze-exposure': exposure,
  'kinetic-mean': kineticMean,
  'difference-high': difference,
  'difference-low': difference,
  disagreement: difference,
  'forecast-high': forecast,
  'forecast-low': forecast,
};
