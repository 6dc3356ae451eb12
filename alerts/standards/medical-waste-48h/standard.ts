import type { LimitTable, Standard } from '#model/limit-table';
import type { Basis } from '#model/standard';
import { HOUR, MINUTE } from '#model/time';

const ours: Basis = { document: 'Hygate', certainty: 'E' };
const twoDays: Basis = { document: '医疗废物管理条例', clause: '第十七条', certainty: 'S2' };

const advice = {
  zh: '联系处置单位立即清运并登记；清运后清洗消毒暂存间。医疗废物在院内暂存不得超过 48 小时。',
  en: 'Have the waste collected now and write it down; then wash and disinfect the store. No waste stays in the hospital for more than 48 hours.',
};

const noData: LimitTable['noData'] = { after: 15 * MINUTE, severity: 'warning', basis: ours };

export default {
  name: 'medical-waste-48h',
  title: { zh: '医疗废物暂存不超过 48 小时', en: 'Medical waste leaves the hospital within 48 hours' },
  tables: {
    /**
     * A bag's age has no sensor. A scale under the whole store shows when all of it was cleared: as long as something
     * lies on it, some of that may be as old as the last clearing. So no bag is missed, and a store that is cleared
     * bag by bag and never empty alarms although each bag was in time.
     */
    'whole-store-scale': {
      title: { zh: '整库称重', en: 'Scale under the whole store' },
      rows: [
        {
          quantity: 'mass',
          limits: {
            // 1 kg and 36 hours are ours; the 48 hours are the rule's.
            high: { value: 1, severity: 'warning', onDelay: 36 * HOUR, basis: ours },
            'high-high': { value: 1, severity: 'critical', onDelay: 48 * HOUR, basis: ours },
          },
          onDelay: 48 * HOUR,
          deadband: 0,
          advice,
        },
      ],
      noData,
    },
    /** Where a system that scans bags tells the age of the oldest, in hours, as a point of quantity `number`. */
    'oldest-item-hours': {
      title: { zh: '最早一袋的存放小时数', en: 'Age of the oldest item in hours' },
      rows: [
        {
          quantity: 'number',
          limits: {
            high: { value: 36, severity: 'warning', basis: ours },
            'high-high': { value: 48, severity: 'critical', basis: twoDays },
          },
          onDelay: 0,
          deadband: 0,
          advice,
        },
      ],
      noData,
    },
  },
} satisfies Standard;
