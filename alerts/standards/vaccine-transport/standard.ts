import type { Standard } from '#model/limit-table';
import type { Basis } from '#model/standard';
import { MINUTE } from '#model/time';

const ours: Basis = { document: 'Hygate', certainty: 'E' };
const transportRules: Basis = { document: '疫苗储存和运输管理规范(2017年版)', certainty: 'S2' };
const who: Basis = { document: 'WHO PQS E006/TR07', certainty: 'S' };

export default {
  name: 'vaccine-transport',
  title: { zh: '疫苗运输', en: 'Vaccine transport' },
  tables: {
    box: {
      title: { zh: '冷藏箱 2～8 °C', en: 'Transport box, 2 to 8 °C' },
      rows: [
        {
          quantity: 'temperature',
          limits: {
            'low-low': { value: -0.5, inclusive: true, severity: 'critical', basis: who },
            low: { value: 2, severity: 'warning', basis: transportRules },
            high: { value: 8, severity: 'warning', basis: transportRules },
            'high-high': { value: 10, severity: 'critical', basis: ours },
          },
          onDelay: 3 * MINUTE,
          deadband: 0.2,
          advice: {
            zh: '盖紧箱盖，检查冰排：过冷时加隔垫或换成已化霜的冰排，过热时更换冰排。通知接收单位查看全程记录；超温疫苗隔离，不得接种。',
            en: 'Close the lid and check the ice packs: too cold, add a barrier or use conditioned packs; too warm, change them. Tell the receiver to look at the whole record; quarantine the vaccine, do not give it.',
          },
        },
        {
          quantity: 'battery',
          limits: { low: { value: 20, severity: 'warning', basis: ours } },
          onDelay: 10 * MINUTE,
          deadband: 5,
          advice: {
            zh: '出发前给记录仪充电或更换电池。',
            en: 'Charge the logger or change its battery before the next trip.',
          },
        },
      ],
      noData: { after: 5 * MINUTE, severity: 'warning', basis: ours },
    },
  },
} satisfies Standard;
