import { formatLength } from './length-words.ts';
import { formatChange, formatMeasure } from './measure-words.ts';
import { type Quantity, quantitySpec } from './quantity.ts';
import type { Rule } from './rule.ts';
import type { Language } from './text.ts';

export interface FindingSpeech {
  readonly quantity: Quantity;
  readonly language: Language;
}

/** A number of an alarm in what its rule compares: a measure, a change, or the time spent. */
export function formatFinding(rule: Rule, value: number | null, speech: FindingSpeech): string {
  const { quantity, language } = speech;
  if (value === null) return '—';
  if (rule.kind === 'exposure') return formatLength(value, language);
  return rule.kind === 'rate'
    ? formatChange(value, quantity, language)
    : formatMeasure(value, quantity, language);
}

const COMPARED: readonly Rule['kind'][] = [
  ...(['limit', 'rate', 'mean', 'exposure', 'kinetic-mean', 'difference'] as const),
];

/** Whether a first and a worst number say something of an alarm. A state has none, and silence has none. */
export const hasWorst = ({ kind }: Rule, quantity: Quantity): boolean =>
  COMPARED.includes(kind) && quantitySpec(quantity).states === undefined;
