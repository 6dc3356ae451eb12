import type { Limit, LimitRow, LimitTable, Standard, TableRule } from '#model/limit-table';
import type { Basis } from '#model/standard';
import { MINUTE, SECOND } from '#model/time';

const ours: Basis = { document: 'Hygate', certainty: 'E' };
const shielding: Basis = { document: 'GBZ 130-2020', clause: '6.3.1', certainty: 'M+' };
const nuclearMedicine: Basis = { document: 'HJ 1188-2021', clause: '6.1.5', certainty: 'M+' };

const doseAdvice = {
  zh: '请人员离开该区域并拦住入口。确认射线装置已停、放射源在位；用便携式仪表复测，通知辐射防护负责人。',
  en: 'Get people out of the area and bar the way in. Make sure the machine is off and the source is in place; measure with a hand-held meter and call the radiation officer.',
};

const detector: LimitRow = {
  quantity: 'detector-state',
  limits: { high: { value: 1, inclusive: true, severity: 'warning', basis: ours } },
  // Longer than a self-test, which is state 2.
  onDelay: 5 * MINUTE,
  deadband: 0,
  advice: {
    zh: '该处剂量率不可信：用便携式仪表代替监测，联系维修。',
    en: 'The dose rate here cannot be trusted: watch with a hand-held meter and call for repair.',
  },
};

/** Counting statistics move every reading: a detector that shows the same for half an hour counts nothing. Ours. */
const frozen: TableRule = {
  quantity: 'dose-rate',
  rule: {
    kind: 'frozen',
    id: 'frozen',
    least: 0,
    after: 30 * MINUTE,
    severity: 'critical',
    basis: ours,
    advice: {
      zh: '剂量率半小时未变，探测器可能失效：用便携式仪表代替监测，联系维修。',
      en: 'The dose rate has not moved for half an hour, the detector may be dead: watch with a hand-held meter and call for repair.',
    },
  },
};

/** Half of the least natural background, 0.05 µSv/h: no place is that low. */
const dead: Limit = { value: 0.025, severity: 'warning', onDelay: 10 * MINUTE, deadband: 0.005, basis: ours };

const noData: LimitTable['noData'] = { after: 5 * MINUTE, severity: 'critical', basis: ours };

export default {
  name: 'radiation-areas',
  title: { zh: '辐射工作场所', en: 'Areas with radiation' },
  tables: {
    'public-area': {
      title: { zh: '公众区域', en: 'Public area' },
      rows: [
        {
          quantity: 'dose-rate',
          limits: {
            low: dead,
            // Twice the upper end of the natural background, 0.05 to 0.15 µSv/h.
            high: { value: 0.3, severity: 'warning', basis: ours },
            'high-high': { value: 2.5, severity: 'critical', basis: shielding },
          },
          onDelay: 60 * SECOND,
          offDelay: 60 * SECOND,
          deadband: 0.05,
          advice: doseAdvice,
        },
        detector,
      ],
      rules: [frozen],
      noData,
    },
    'device-room': {
      title: { zh: '核医学场所、机房外', en: 'Outside nuclear-medicine and device rooms' },
      rows: [
        {
          quantity: 'dose-rate',
          limits: {
            low: dead,
            high: { value: 2.5, severity: 'warning', basis: nuclearMedicine },
            'high-high': { value: 10, severity: 'critical', basis: nuclearMedicine },
          },
          onDelay: 60 * SECOND,
          offDelay: 60 * SECOND,
          deadband: 0.1,
          advice: doseAdvice,
        },
        detector,
      ],
      rules: [frozen],
      noData,
    },
  },
} satisfies Standard;
