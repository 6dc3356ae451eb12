import type { Limit, LimitRow, LimitTable, Standard, TableRule } from '#model/limit-table';
import type { Basis, Certainty } from '#model/standard';
import { HOUR, MINUTE } from '#model/time';
import { stillElectrode } from '../still-electrode.ts';

const ours: Basis = { document: 'Hygate', certainty: 'E' };
const gb = (clause: string, certainty: Certainty = 'S2'): Basis => ({
  document: 'GB 18466-2005',
  clause,
  certainty,
});

const critical = (value: number, basis: Basis): Limit => ({ value, severity: 'critical', basis });
const warning = (value: number, basis: Basis): Limit => ({ value, severity: 'warning', basis });

/** Total residual chlorine at the outlet of the contact tank. */
const chlorine = (least: number, most: number, basis: Basis): LimitRow => ({
  quantity: 'total-chlorine',
  limits: { 'low-low': critical(least, basis), 'high-high': critical(most, basis) },
  onDelay: 10 * MINUTE,
  deadband: 0.2,
  advice: {
    zh: '人工复测。偏低：检查加药泵、药箱和接触时间，必要时停止排放；偏高：减少投加，检查脱氯。记录并报告污水站负责人。',
    en: 'Measure by hand. Low: check dosing pump, tank and contact time, stop the discharge if needed. High: cut the dose, check dechlorination. Write it down and tell the head of the plant.',
  },
});

const ph = (basis: Basis): LimitRow => ({
  quantity: 'ph',
  limits: { 'low-low': critical(6, basis), 'high-high': critical(9, basis) },
  onDelay: 10 * MINUTE,
  deadband: 0.1,
  advice: {
    zh: '人工复测并校验电极；检查中和加药和上游排放。确认超标时停止排放。',
    en: 'Measure by hand and check the electrode; check neutralisation and what is let in upstream. If confirmed, stop the discharge.',
  },
});

const loadAdvice = {
  zh: '核对分析仪试剂和校准，取样人工比对；检查曝气、污泥和进水负荷。确认超标时停止排放并报告。',
  en: 'Check reagents and calibration, take a sample for the laboratory; check aeration, sludge and load. If confirmed, stop the discharge and report it.',
};

/** The standard judges the daily mean. What one analysis shows is only a warning, and ours. */
const load = (quantity: 'cod' | 'ammonia-nitrogen', most: number): LimitRow => ({
  quantity,
  limits: { high: warning(most * 0.8, ours) },
  onDelay: HOUR,
  deadband: most * 0.02,
  advice: loadAdvice,
});

const means = (quantity: 'cod' | 'ammonia-nitrogen', most: number, basis: Basis): TableRule[] => [
  {
    quantity,
    rule: {
      kind: 'mean',
      id: 'hourly-mean-high',
      limit: most,
      coverage: 0.75,
      severity: 'warning',
      basis: ours,
      advice: loadAdvice,
    },
  },
  {
    quantity,
    rule: {
      kind: 'mean',
      id: 'daily-mean-high',
      limit: most,
      // HJ 356 asks for three quarters of the readings of a day, as far as remembered (M?).
      coverage: 0.75,
      severity: 'critical',
      basis,
      advice: loadAdvice,
    },
  },
];

const activity = (quantity: 'gross-alpha' | 'gross-beta', most: number, basis: Basis): LimitRow => ({
  quantity,
  limits: { high: warning(most * 0.8, ours), 'high-high': critical(most, basis) },
  onDelay: 0,
  deadband: most * 0.05,
  advice: {
    zh: '停止衰变池排放，保留样品复测，通知核医学科和辐射防护负责人。',
    en: 'Stop the release from the decay tank, keep the sample and measure again, tell nuclear medicine and the radiation officer.',
  },
});

const electrodes = [stillElectrode('ph', 0.01), stillElectrode('total-chlorine', 0.01)];

const noData: LimitTable['noData'] = { after: 15 * MINUTE, severity: 'warning', basis: ours };

export default {
  name: 'gb-18466-2005',
  title: {
    zh: '医疗机构水污染物排放标准',
    en: 'Discharge standard of water pollutants for medical organizations',
  },
  tables: {
    infectious: {
      title: { zh: '传染病、结核病医疗机构', en: 'Infectious-disease and tuberculosis hospitals' },
      rows: [
        chlorine(6.5, 10, gb('Table 1')),
        ph(gb('Table 1')),
        load('cod', 60),
        load('ammonia-nitrogen', 15),
        activity('gross-alpha', 1, gb('Table 1')),
        activity('gross-beta', 10, gb('Table 1')),
      ],
      rules: [
        ...means('cod', 60, gb('Table 1')),
        ...means('ammonia-nitrogen', 15, gb('Table 1')),
        ...electrodes,
      ],
      noData,
    },
    discharge: {
      title: { zh: '综合医疗机构，排放标准', en: 'General hospitals, discharge to surface water' },
      rows: [
        chlorine(3, 10, gb('Table 2 note 1')),
        ph(gb('Table 2')),
        load('cod', 60),
        load('ammonia-nitrogen', 15),
        activity('gross-alpha', 1, gb('Table 2', 'M+')),
        activity('gross-beta', 10, gb('Table 2', 'M+')),
      ],
      rules: [
        ...means('cod', 60, gb('Table 2')),
        ...means('ammonia-nitrogen', 15, gb('Table 2')),
        ...electrodes,
      ],
      noData,
    },
    'pre-treatment': {
      title: { zh: '综合医疗机构，预处理标准', en: 'General hospitals, pre-treatment before a town sewer' },
      rows: [
        chlorine(2, 8, gb('Table 2 note 1')),
        ph(gb('Table 2')),
        load('cod', 250),
        activity('gross-alpha', 1, gb('Table 2', 'M+')),
        activity('gross-beta', 10, gb('Table 2', 'M+')),
      ],
      rules: [...means('cod', 250, gb('Table 2')), ...electrodes],
      noData,
    },
    outfall: {
      title: { zh: '总排口，直接排入水体', en: 'Final outfall to surface water' },
      rows: [
        {
          quantity: 'total-chlorine',
          limits: { 'high-high': critical(0.5, gb('Tables 1 and 2')) },
          onDelay: 10 * MINUTE,
          deadband: 0.05,
          advice: {
            zh: '人工复测；检查脱氯投加和接触池出水，必要时停止排放并报告。',
            en: 'Measure by hand; check dechlorination and the contact tank, stop the discharge if needed and report it.',
          },
        },
      ],
      rules: [stillElectrode('total-chlorine', 0.01)],
      noData,
    },
  },
} satisfies Standard;
