import type { Alarm } from '#model/alarm';
import { type Quantity, quantitySpec } from '#model/quantity';
import { type Rule, ruleName } from '#model/rule';
import { type Basis, isCited, isHigh } from '#model/standard';
import type { Language } from '#model/text';
import type { EpochMs } from '#model/time';
import { formatMeasure } from './number.ts';
import { formatLength } from './time.ts';

/** The limit itself: `> 8.0 °C`, `开`, `5 分钟无有效数据`. */
export function formatRule(rule: Rule, quantity: Quantity, language: Language): string {
  if (rule.kind === 'no-data') {
    const length = formatLength(rule.after, language);
    return language === 'zh' ? `${length}无有效数据` : `no valid data for ${length}`;
  }
  if (rule.kind !== 'limit' || quantitySpec(quantity).states !== undefined)
    return ruleName(rule, quantity)[language];
  const sign = isHigh(rule.id) ? (rule.inclusive ? '≥' : '>') : rule.inclusive ? '≤' : '<';
  return `${sign} ${formatMeasure(rule.limit, quantity, language)}`;
}

/** Where a limit comes from. What no source showed is called a default, never a clause. */
export function formatBasis({ document, clause, certainty }: Basis, language: Language): string {
  const chinese = language === 'zh';
  const source = [document, clause].filter(Boolean).join(' ');
  if (isCited(certainty)) return chinese ? `依据 ${source}` : `per ${source}`;
  const word = chinese ? '默认值' : 'default';
  return certainty === 'E' ? word : `${word} (${document})`;
}

/** How long an alarm has lasted, or lasted. */
export const alarmLength = ({ since, clearedAt }: Alarm, now: EpochMs): number =>
  Math.max(0, (clearedAt ?? now) - since);
