import type { TableRule } from '#model/limit-table';
import type { Quantity } from '#model/quantity';
import { HOUR } from '#model/time';

/**
 * An electrode that stands still for six hours is dry, dirty or disconnected. Ours. `least`: how far a living one
 * moves in that time, in the unit of the quantity.
 */
export const stillElectrode = (quantity: Quantity, least: number): TableRule => ({
  quantity,
  rule: {
    kind: 'frozen',
    id: 'frozen',
    least,
    after: 6 * HOUR,
    severity: 'warning',
    basis: { document: 'Hygate', certainty: 'E' },
    advice: {
      zh: '读数六小时未变：清洗并校验电极，检查取样水流，恢复前人工监测。',
      en: 'The reading has not moved for six hours: clean and check the electrode, look at the sample flow, measure by hand until it is back.',
    },
  },
});
