import type { Limit, LimitRow, LimitTable, Standard, TableRule } from '#model/limit-table';
import type { Basis } from '#model/standard';
import { DAY, HOUR, MINUTE } from '#model/time';

const ours: Basis = { document: 'Hygate', certainty: 'E' };
const transportRules: Basis = { document: '疫苗储存和运输管理规范(2017年版)', certainty: 'S2' };
const who: Basis = { document: 'WHO PQS E006/TR07', certainty: 'S' };

const quarantine = {
  zh: '隔离疫苗、贴“暂停使用”，不得接种；保存全程记录，通知发货和接收单位，按厂家资料决定。',
  en: 'Quarantine the vaccine, label it "do not use" and do not give it; keep the whole record, tell sender and receiver, decide by the maker\'s data.',
};

/** GSP annex 3, clause 6: at a limit at least three named people are told, on the way too. */
const named = (limit: Limit): Limit => ({ ...limit, people: 3 });

const battery: LimitRow = {
  quantity: 'battery',
  limits: { low: { value: 20, severity: 'warning', basis: ours } },
  onDelay: 10 * MINUTE,
  deadband: 5,
  advice: {
    zh: '出发前给记录仪充电或更换电池。',
    en: 'Charge the logger or change its battery before the next trip.',
  },
};

const noData: LimitTable['noData'] = { after: 5 * MINUTE, severity: 'warning', basis: ours };

/** Single events: at or beyond the value for an hour in one go. */
const international: LimitRow = {
  quantity: 'temperature',
  limits: {
    'low-low': named({ value: -0.5, inclusive: true, severity: 'critical', basis: who }),
    'high-high': named({ value: 45, inclusive: true, severity: 'critical', basis: who }),
  },
  onDelay: HOUR,
  deadband: 0.2,
  advice: quarantine,
};

/** Of a vaccine that freezing does not harm nothing is said below. */
const freezable: LimitRow = international;
const unfreezable: LimitRow = {
  ...international,
  limits: { 'high-high': international.limits['high-high'] as Limit },
};

/** Longer than any shipment: all that it was exposed to counts. */
const TRIP = 20 * DAY;

/** Cumulative: all the time at or above the value together. The value itself counts. */
const exposure = (id: 'warm-exposure' | 'heat-exposure', beyond: number, limit: number): TableRule => ({
  quantity: 'temperature',
  rule: {
    kind: 'exposure',
    id,
    beyond,
    including: true,
    limit,
    inclusive: true,
    within: TRIP,
    severity: 'critical',
    basis: who,
    advice: quarantine,
    people: 3,
  },
});

const heat = exposure('heat-exposure', 30, 10 * HOUR);

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
            'low-low': named({ value: -0.5, inclusive: true, severity: 'critical', basis: who }),
            low: named({ value: 2, severity: 'warning', basis: transportRules }),
            high: named({ value: 8, severity: 'warning', basis: transportRules }),
            'high-high': named({ value: 10, severity: 'critical', basis: ours }),
          },
          onDelay: 3 * MINUTE,
          deadband: 0.2,
          advice: {
            zh: '盖紧箱盖，检查冰排：过冷时加隔垫或换成已化霜的冰排，过热时更换冰排。通知接收单位查看全程记录；超温疫苗隔离，不得接种。',
            en: 'Close the lid and check the ice packs: too cold, add a barrier or use conditioned packs; too warm, change them. Tell the receiver to look at the whole record; quarantine the vaccine, do not give it.',
          },
        },
        battery,
      ],
      rules: [
        {
          quantity: 'temperature',
          rule: {
            kind: 'forecast',
            id: 'forecast-high',
            horizon: 30 * MINUTE,
            onDelay: 5 * MINUTE,
            severity: 'notice',
            basis: ours,
            advice: {
              zh: '按目前趋势半小时内将超过 8 °C：尽快更换冰排或送达。',
              en: 'At this trend it will pass 8 °C within half an hour: change the ice packs or deliver soon.',
            },
          },
        },
      ],
      noData,
    },
    'international-type-1': {
      title: { zh: '国际运输 1 型：怕冻疫苗', en: 'International shipment, type 1: freeze-sensitive' },
      rows: [freezable, battery],
      rules: [heat],
      noData,
    },
    'international-type-2': {
      title: { zh: '国际运输 2 型：怕热疫苗', en: 'International shipment, type 2: heat-sensitive' },
      rows: [unfreezable, battery],
      rules: [heat, exposure('warm-exposure', 10, 20 * HOUR)],
      noData,
    },
  },
} satisfies Standard;
