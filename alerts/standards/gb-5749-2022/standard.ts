import type { Limit, LimitRow, LimitTable, Standard, TableRule } from '#model/limit-table';
import type { Basis } from '#model/standard';
import { HOUR, MINUTE } from '#model/time';
import { stillElectrode } from '../still-electrode.ts';

const ours: Basis = { document: 'Hygate', certainty: 'E' };
const table1: Basis = { document: 'GB 5749-2022', clause: 'Table 1', certainty: 'M+' };
const table2: Basis = { document: 'GB 5749-2022', clause: 'Table 2', certainty: 'S2' };
/** Chlorine dioxide: read for the 2006 edition, the same in 2022 as far as remembered. */
const table2Remembered: Basis = { document: 'GB 5749-2022', clause: 'Table 2', certainty: 'M+' };

const critical = (value: number, basis: Basis): Limit => ({ value, severity: 'critical', basis });
const warning = (value: number, basis: Basis): Limit => ({ value, severity: 'warning', basis });

const disinfectantAdvice = {
  zh: '先用 DPD 法人工复测。偏低：检查加药泵、药箱和加注点，末梢放水后再测；偏高：停止或减少投加。不合格时通知停用并报告后勤和院感。',
  en: 'Check by hand (DPD) first. Low: look at dosing pump, tank and injection point, flush the end point and measure again. High: stop or cut the dose. If confirmed, stop the use of the water and tell maintenance and infection control.',
};

const freeChlorine = (leastValue: number, aim: number, deadband: number): LimitRow => ({
  quantity: 'free-chlorine',
  limits: {
    'low-low': critical(leastValue, table2),
    low: warning(aim, ours),
    'high-high': critical(2, table2),
  },
  onDelay: 10 * MINUTE,
  deadband,
  advice: disinfectantAdvice,
});

const chlorineDioxide = (leastValue: number): LimitRow => ({
  quantity: 'chlorine-dioxide',
  limits: { 'low-low': critical(leastValue, table2Remembered), 'high-high': critical(0.8, table2Remembered) },
  onDelay: 10 * MINUTE,
  deadband: 0.01,
  advice: disinfectantAdvice,
});

/** Conductivity and temperature have no limit in GB 5749. */
const general: readonly LimitRow[] = [
  {
    quantity: 'turbidity',
    limits: { high: warning(1, table1), 'high-high': critical(3, ours) },
    onDelay: 10 * MINUTE,
    deadband: 0.1,
    advice: {
      zh: '检查过滤、水箱和近期管道施工；冲洗探头后复测。持续超标时停用并排放冲洗管道。',
      en: 'Check filters, tank and recent pipe work; rinse the probe and measure again. If it stays high, stop the use and flush the pipes.',
    },
  },
  {
    quantity: 'ph',
    limits: {
      'low-low': critical(6.5, table1),
      low: warning(6.7, ours),
      high: warning(8.3, ours),
      'high-high': critical(8.5, table1),
    },
    onDelay: 10 * MINUTE,
    deadband: 0.1,
    advice: {
      zh: '用标准缓冲液校验电极并人工复测；检查加药。确认超标后停用并报告后勤。',
      en: 'Check the electrode with buffer and measure by hand; look at the dosing. If confirmed, stop the use and tell maintenance.',
    },
  },
  {
    quantity: 'tds',
    limits: { 'high-high': critical(1000, table1) },
    onDelay: 15 * MINUTE,
    deadband: 20,
    advice: {
      zh: '人工复测；检查进水和处理设备是否旁通。确认超标后停用并报告后勤。',
      en: 'Measure by hand; check the supply and whether the treatment is bypassed. If confirmed, stop the use and tell maintenance.',
    },
  },
];

/** What has no limit is judged by its change alone. Ours. */
const change = (
  quantity: 'conductivity' | 'temperature',
  id: 'rising' | 'falling',
  limit: number,
): TableRule => ({
  quantity,
  rule: {
    kind: 'rate',
    id,
    limit,
    within: HOUR,
    deadband: limit / 2,
    severity: 'notice',
    basis: ours,
    advice: {
      zh: '水质突变：检查是否换了水源、有管道施工或热水、回流串入。',
      en: 'The water has changed: another source, work on the pipes, hot water or backflow coming in?',
    },
  },
});

const signs = [
  stillElectrode('free-chlorine', 0.005),
  stillElectrode('ph', 0.01),
  change('conductivity', 'rising', 100),
  change('conductivity', 'falling', 100),
  change('temperature', 'rising', 5),
];

const noData: LimitTable['noData'] = { after: 15 * MINUTE, severity: 'warning', basis: ours };
const atTheTap = [freeChlorine(0.05, 0.1, 0.02), chlorineDioxide(0.02), ...general];

export default {
  name: 'gb-5749-2022',
  title: { zh: '生活饮用水卫生标准', en: 'Standards for drinking water quality' },
  tables: {
    'works-outlet': {
      title: { zh: '出厂水', en: 'Works outlet' },
      rows: [freeChlorine(0.3, 0.4, 0.05), chlorineDioxide(0.1), ...general],
      rules: signs,
      noData,
    },
    tap: { title: { zh: '末梢水', en: 'Tap' }, rows: atTheTap, rules: signs, noData },
    'secondary-supply': {
      title: { zh: '二次供水', en: 'Secondary supply' },
      rows: atTheTap,
      rules: signs,
      noData,
    },
  },
} satisfies Standard;
