import type { Limit, Standard, TableRule } from '#model/limit-table';
import type { Basis } from '#model/standard';
import { HOUR, MINUTE } from '#model/time';

const ours: Basis = { document: 'Hygate', certainty: 'E' };
const gb: Basis = { document: 'GB 37488-2019', certainty: 'M+' };

const critical = (value: number, basis: Basis): Limit => ({ value, severity: 'critical', basis });
const warning = (value: number, basis: Basis): Limit => ({ value, severity: 'warning', basis });

/** An electrode that stands still for six hours is dry, dirty or disconnected. Ours. */
const frozen = (quantity: 'free-chlorine' | 'ph' | 'orp', least: number): TableRule => ({
  quantity,
  rule: {
    kind: 'frozen',
    id: 'frozen',
    least,
    after: 6 * HOUR,
    severity: 'warning',
    basis: ours,
    advice: {
      zh: '读数六小时未变：清洗并校验电极，检查取样水流，恢复前人工监测。',
      en: 'The reading has not moved for six hours: clean and check the electrode, look at the sample flow, measure by hand until it is back.',
    },
  },
});

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
          advice: {
            zh: '先人工复测。偏低：检查循环泵、加药泵和药箱；偏高：停止加药、补充新水。高于 3 mg/L 时请所有人离池。',
            en: 'Measure by hand first. Low: check circulation, dosing pump and tank. High: stop dosing, add fresh water. Above 3 mg/L clear the pool.',
          },
        },
        {
          quantity: 'combined-chlorine',
          limits: { 'high-high': critical(0.4, gb) },
          onDelay: 15 * MINUTE,
          deadband: 0.05,
          advice: {
            zh: '加大补水和通风，检查反冲洗；必要时突击加氯（清场后进行）。',
            en: 'Add fresh water and ventilation, backwash the filters; shock-chlorinate if needed, with nobody in the pool.',
          },
        },
        {
          quantity: 'ph',
          limits: { 'low-low': critical(7, gb), 'high-high': critical(7.8, gb) },
          onDelay: 10 * MINUTE,
          deadband: 0.1,
          advice: {
            zh: '人工复测并校验电极；检查酸碱加药泵。不要同时手工投加酸和氯。',
            en: 'Measure by hand and check the electrode; check the acid and alkali pumps. Never dose acid and chlorine by hand together.',
          },
        },
        {
          quantity: 'orp',
          limits: { 'low-low': critical(650, gb), low: warning(700, ours) },
          onDelay: 15 * MINUTE,
          deadband: 10,
          advice: {
            zh: '检查游离氯和 pH，清洗 ORP 电极；检查循环和加药。',
            en: 'Check free chlorine and pH, clean the ORP electrode; check circulation and dosing.',
          },
        },
        {
          quantity: 'turbidity',
          limits: { 'high-high': critical(1, gb) },
          onDelay: 10 * MINUTE,
          deadband: 0.1,
          advice: {
            zh: '检查过滤和反冲洗，减少入池人数；看不清池底时清场。',
            en: 'Check filtration and backwash, let fewer people in; clear the pool when its floor cannot be seen.',
          },
        },
        {
          quantity: 'temperature',
          limits: { low: warning(23, gb), high: warning(30, gb) },
          onDelay: 30 * MINUTE,
          deadband: 0.5,
          advice: {
            zh: '检查换热器和温控阀；水疗池另有设定时请在站点文件中修改限值。',
            en: 'Check heat exchanger and mixing valve; a hydrotherapy pool with its own setting has its limit changed in the site file.',
          },
        },
      ],
      rules: [frozen('free-chlorine', 0.005), frozen('ph', 0.01), frozen('orp', 0.5)],
      noData: { after: 15 * MINUTE, severity: 'warning', basis: ours },
    },
  },
} satisfies Standard;
