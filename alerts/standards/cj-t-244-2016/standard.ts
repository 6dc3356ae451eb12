import type { Limit, Standard, TableRule } from '#model/limit-table';
import type { Basis } from '#model/standard';
import { HOUR, MINUTE } from '#model/time';

const ours: Basis = { document: 'Hygate', certainty: 'E' };
const read: Basis = { document: 'CJ/T 244-2016', certainty: 'S2' };
const remembered: Basis = { document: 'CJ/T 244-2016', certainty: 'M+' };
const unsure: Basis = { document: 'CJ/T 244-2016', certainty: 'M?' };

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
          advice: {
            zh: '先人工复测。偏低：检查循环泵、加药泵和药箱；偏高：停止加药、补充新水。高于 3 mg/L 时请所有人离池。',
            en: 'Measure by hand first. Low: check circulation, dosing pump and tank. High: stop dosing, add fresh water. Above 3 mg/L clear the pool.',
          },
        },
        {
          quantity: 'combined-chlorine',
          // "< 0.4": the value itself is already too much.
          limits: { 'high-high': { ...critical(0.4, read), inclusive: true } },
          onDelay: 15 * MINUTE,
          deadband: 0.05,
          advice: {
            zh: '加大补水和通风，检查反冲洗；必要时突击加氯（清场后进行）。',
            en: 'Add fresh water and ventilation, backwash the filters; shock-chlorinate if needed, with nobody in the pool.',
          },
        },
        {
          quantity: 'ph',
          limits: { low: warning(7.2, remembered), high: warning(7.8, remembered) },
          onDelay: 10 * MINUTE,
          deadband: 0.1,
          advice: {
            zh: '人工复测并校验电极；检查酸碱加药泵。不要同时手工投加酸和氯。',
            en: 'Measure by hand and check the electrode; check the acid and alkali pumps. Never dose acid and chlorine by hand together.',
          },
        },
        {
          quantity: 'orp',
          limits: { 'low-low': critical(650, unsure), low: warning(700, unsure) },
          onDelay: 15 * MINUTE,
          deadband: 10,
          advice: {
            zh: '检查游离氯和 pH，清洗 ORP 电极；检查循环和加药。',
            en: 'Check free chlorine and pH, clean the ORP electrode; check circulation and dosing.',
          },
        },
        {
          quantity: 'turbidity',
          limits: { high: warning(0.5, remembered) },
          onDelay: 10 * MINUTE,
          deadband: 0.1,
          advice: {
            zh: '检查过滤和反冲洗，减少入池人数；看不清池底时清场。',
            en: 'Check filtration and backwash, let fewer people in; clear the pool when its floor cannot be seen.',
          },
        },
        {
          quantity: 'temperature',
          limits: { low: warning(20, unsure), high: warning(30, unsure) },
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
