import type { Quantity } from '#model/quantity';
import type { Text } from '#model/text';

/** What to do about pool water, by what is measured; both standards of pools want the same. */
export const poolAdvice = {
  'free-chlorine': {
    zh: '先人工复测。偏低：检查循环泵、加药泵和药箱；偏高：停止加药、补充新水。高于 3 mg/L 时请所有人离池。',
    en: 'Measure by hand first. Low: check circulation, dosing pump and tank. High: stop dosing, add fresh water. Above 3 mg/L clear the pool.',
  },
  'combined-chlorine': {
    zh: '加大补水和通风，检查反冲洗；必要时突击加氯（清场后进行）。',
    en: 'Add fresh water and ventilation, backwash the filters; shock-chlorinate if needed, with nobody in the pool.',
  },
  ph: {
    zh: '人工复测并校验电极；检查酸碱加药泵。不要同时手工投加酸和氯。',
    en: 'Measure by hand and check the electrode; check the acid and alkali pumps. Never dose acid and chlorine by hand together.',
  },
  orp: {
    zh: '检查游离氯和 pH，清洗 ORP 电极；检查循环和加药。',
    en: 'Check free chlorine and pH, clean the ORP electrode; check circulation and dosing.',
  },
  turbidity: {
    zh: '检查过滤和反冲洗，减少入池人数；看不清池底时清场。',
    en: 'Check filtration and backwash, let fewer people in; clear the pool when its floor cannot be seen.',
  },
  temperature: {
    zh: '检查换热器和温控阀；水疗池另有设定时请在站点文件中修改限值。',
    en: 'Check heat exchanger and mixing valve; a hydrotherapy pool with its own setting has its limit changed in the site file.',
  },
} as const satisfies Partial<Record<Quantity, Text>>;
