import type { Limit, Standard } from '#model/limit-table';
import type { Basis } from '#model/standard';
import { MINUTE } from '#model/time';
import { poolAdvice } from '../pool-advice.ts';
import { stillElectrode } from '../still-electrode.ts';

const ours: Basis = { document: 'Hygate', certainty: 'E' };
const read: Basis = { document: 'CJ/T 244-2016', certainty: 'S2' };
const remembered: Basis = { document: 'CJ/T 244-2016', certainty: 'M+' };
const unsure: Basis = { document: 'CJ/T 244-2016', certainty: 'M?' };

const critical = (value: number, basis: Basis): Limit => ({ value, severity: 'critical', basis });
const warning = (value: number, basis: Basis): Limit => ({ value, severity: 'warning', basis });

export default {
  name: 'cj-t-244-2016',
  title: { zh: '游泳池水质标准', en: 'Water quality standard for swimming pools' },
  tables: {
    pool: {
      title: { zh: '游泳池水', en: 'Pool water' },
      rows: [
        {
          quantity: 'free-chlorine',
          limits: { 'low-low': critical(0.3, read), high: warning(1, read), 'high-high': critical(3, ours) },
          onDelay: 10 * MINUTE,
          deadband: 0.05,
          advice: poolAdvice['free-chlorine'],
        },
        {
          quantity: 'combined-chlorine',
          // "< 0.4": the value itself is already too much.
          limits: { 'high-high': { ...critical(0.4, read), inclusive: true } },
          onDelay: 15 * MINUTE,
          deadband: 0.05,
          advice: poolAdvice['combined-chlorine'],
        },
        {
          quantity: 'ph',
          limits: { low: warning(7.2, remembered), high: warning(7.8, remembered) },
          onDelay: 10 * MINUTE,
          deadband: 0.1,
          advice: poolAdvice.ph,
        },
        {
          quantity: 'orp',
          limits: { 'low-low': critical(650, unsure), low: warning(700, unsure) },
          onDelay: 15 * MINUTE,
          deadband: 10,
          advice: poolAdvice.orp,
        },
        {
          quantity: 'turbidity',
          limits: { high: warning(0.5, remembered) },
          onDelay: 10 * MINUTE,
          deadband: 0.1,
          advice: poolAdvice.turbidity,
        },
        {
          quantity: 'temperature',
          limits: { low: warning(20, unsure), high: warning(30, unsure) },
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
