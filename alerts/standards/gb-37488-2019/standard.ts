import type { Limit, Standard } from '#model/limit-table';
import type { Basis } from '#model/standard';
import { MINUTE } from '#model/time';
import { poolAdvice } from '../pool-advice.ts';
import { stillElectrode } from '../still-electrode.ts';

const ours: Basis = { document: 'Hygate', certainty: 'E' };
const gb: Basis = { document: 'GB 37488-2019', certainty: 'M+' };

const critical = (value: number, basis: Basis): Limit => ({ value, severity: 'critical', basis });
const warning = (value: number, basis: Basis): Limit => ({ value, severity: 'warning', basis });

export default {
  name: 'gb-37488-2019',
  title: { zh: '公共场所卫生指标及限值要求', en: 'Hygienic indicators and limits for public places' },
  tables: {
    pool: {
      title: { zh: '游泳池水', en: 'Pool water' },
      rows: [
        {
          quantity: 'free-chlorine',
          limits: {
            'low-low': critical(0.3, gb),
            high: warning(1, gb),
            // Local stop-use rules name 3.0 mg/L, but no text of them was read whole: our default.
            'high-high': critical(3, ours),
          },
          onDelay: 10 * MINUTE,
          deadband: 0.05,
          advice: poolAdvice['free-chlorine'],
        },
        {
          quantity: 'combined-chlorine',
          limits: { 'high-high': critical(0.4, gb) },
          onDelay: 15 * MINUTE,
          deadband: 0.05,
          advice: poolAdvice['combined-chlorine'],
        },
        {
          quantity: 'ph',
          limits: { 'low-low': critical(7, gb), 'high-high': critical(7.8, gb) },
          onDelay: 10 * MINUTE,
          deadband: 0.1,
          advice: poolAdvice.ph,
        },
        {
          quantity: 'orp',
          limits: { 'low-low': critical(650, gb), low: warning(700, ours) },
          onDelay: 15 * MINUTE,
          deadband: 10,
          advice: poolAdvice.orp,
        },
        {
          quantity: 'turbidity',
          limits: { 'high-high': critical(1, gb) },
          onDelay: 10 * MINUTE,
          deadband: 0.1,
          advice: poolAdvice.turbidity,
        },
        {
          quantity: 'temperature',
          limits: { low: warning(23, gb), high: warning(30, gb) },
          onDelay: 30 * MINUTE,
          deadband: 0.5,
          advice: poolAdvice.temperature,
        },
      ],
      rules: [stillElectrode('free-chlorine', 0.005), stillElectrode('ph', 0.01), stillElectrode('orp', 0.5)],
      noData: { after: 15 * MINUTE, severity: 'warning', basis: ours },
    },
  },
} satisfies Standard;
