import { formatExactLength } from './length-words.ts';
import { formatLimit } from './measure-words.ts';
import type { PointId } from './point.ts';
import { reasonNames } from './quality.ts';
import { type Quantity, quantitySpec } from './quantity.ts';
import { type Rule, ruleName } from './rule.ts';
import { type Basis, isCited } from './standard.ts';
import type { Language } from './text.ts';

/** How rules of one point are told. */
export interface RuleSpeech {
  readonly quantity: Quantity;
  readonly language: Language;
  /** Of the point that it is compared with. */
  readonly nameOf: (point: PointId) => string;
}

/** What makes the alarm, in the words of its kind: `> 8.0 °C，持续 10 分钟`, `5 分钟无有效数据`. */
export function formatRule(rule: Rule, speech: RuleSpeech): string {
  const words = formatCondition(rule, speech);
  if (!('onDelay' in rule) || rule.onDelay === 0) return words;
  const delay = formatExactLength(rule.onDelay, speech.language);
  return speech.language === 'zh' ? `${words}，持续 ${delay}` : `${words} for ${delay}`;
}

/** Without the delay: `> 8.0 °C`. */
export function formatCondition(rule: Rule, speech: RuleSpeech): string {
  const { quantity, language } = speech;
  switch (rule.kind) {
    case 'condition':
      return rule.name[language];
    case 'limit':
      return quantitySpec(quantity).states === undefined
        ? comparison(rule, quantity)
        : ruleName(rule, quantity)[language];
    case 'no-data':
    case 'fault':
    case 'frozen':
      return lasting(rule, speech);
    case 'rate':
      return rate(rule, speech);
    case 'exposure':
      return exposure(rule, speech);
    case 'mean':
    case 'kinetic-mean':
    case 'difference':
    case 'forecast':
      return compared(rule, speech);
  }
}

type OfKind<Kind extends Rule['kind']> = Extract<Rule, { kind: Kind }>;

const pick = (zh: string, en: string, language: Language): string => (language === 'zh' ? zh : en);

/** What must last for longer than `after`. */
function lasting(rule: OfKind<'no-data' | 'fault' | 'frozen'>, { quantity, language }: RuleSpeech): string {
  const after = formatExactLength(rule.after, language);
  if (rule.kind === 'no-data') return pick(`${after}无有效数据`, `no valid data for ${after}`, language);
  if (rule.kind === 'fault') {
    const reasons = rule.reasons
      .map((reason) => reasonNames[reason][language])
      .join(pick('、', ', ', language));
    return pick(`${reasons}，持续 ${after}`, `${reasons} for ${after}`, language);
  }
  const least = formatLimit(rule.least, quantity);
  return pick(`${after}内变化不超过 ${least}`, `changes by no more than ${least} for ${after}`, language);
}

function rate({ id, inclusive, limit, within }: OfKind<'rate'>, { quantity, language }: RuleSpeech): string {
  const span = formatExactLength(within, language);
  const [zh, en] = id === 'rising' ? ['上升', 'up'] : ['下降', 'down'];
  const change = `${sign(false, inclusive)} ${formatLimit(limit, quantity)}`;
  return pick(`${span}内${zh} ${change}`, `${en} by ${change} within ${span}`, language);
}

/** A number made of the readings against a limit in the point's unit. */
function compared(
  rule: OfKind<'mean' | 'kinetic-mean' | 'difference' | 'forecast'>,
  { quantity, language, nameOf }: RuleSpeech,
): string {
  const limit = comparison(rule, quantity);
  if (rule.kind === 'mean') {
    const [zh, en] = rule.id.startsWith('hourly') ? ['小时均值', 'hourly mean'] : ['日均值', 'daily mean'];
    return `${pick(zh, en, language)} ${limit}`;
  }
  if (rule.kind === 'difference') {
    const other = nameOf(rule.other);
    return rule.id === 'disagreement'
      ? pick(`与 ${other} 相差 ${limit}`, `differs from ${other} by ${limit}`, language)
      : pick(`减去 ${other} 的差值 ${limit}`, `difference from ${other} ${limit}`, language);
  }
  if (rule.kind === 'forecast') {
    const horizon = formatExactLength(rule.horizon, language);
    return pick(
      `按目前趋势 ${horizon}内 ${limit}`,
      `at the present trend ${limit} within ${horizon}`,
      language,
    );
  }
  const span = formatExactLength(rule.within, language);
  return `${pick(`${span}平均动力学温度`, `mean kinetic temperature of ${span}`, language)} ${limit}`;
}

/** Its limit is a time: how long the value may be there. */
function exposure(rule: OfKind<'exposure'>, { quantity, language }: RuleSpeech): string {
  const { id, beyond, including = false, limit, inclusive, within } = rule;
  const where = `${sign(id === 'freeze-exposure', including)} ${formatLimit(beyond, quantity)}`;
  const time = `${sign(false, inclusive)} ${formatExactLength(limit, language)}`;
  if (within === 'event') return pick(`${where} 单次 ${time}`, `${where} in one go, ${time}`, language);
  const span = formatExactLength(within, language);
  return pick(`${where} ${span}内累计 ${time}`, `${where} in all within ${span}, ${time}`, language);
}

/** `> 8.0 °C` */
function comparison(
  { id, inclusive, limit }: { readonly id: string; readonly inclusive: boolean; readonly limit: number },
  quantity: Quantity,
): string {
  return `${sign(/^low|-low$/.test(id), inclusive)} ${formatLimit(limit, quantity)}`;
}

function sign(isLow: boolean, inclusive: boolean): string {
  if (isLow) return inclusive ? '≤' : '<';
  return inclusive ? '≥' : '>';
}

/** Where a limit comes from. What no source showed is called a default, never a clause. */
export function formatBasis({ document, clause, certainty }: Basis, language: Language): string {
  const chinese = language === 'zh';
  const source = [document, clause].filter(Boolean).join(' ');
  if (isCited(certainty)) return chinese ? `依据 ${source}` : `per ${source}`;
  const word = chinese ? '默认值' : 'default';
  return certainty === 'E' ? word : `${word} (${document})`;
}
