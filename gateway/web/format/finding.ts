import type { Alarm } from '#model/alarm';
import { formatLength } from '#model/length-words';
import { formatChange, formatMeasure } from '#model/measure-words';
import { type Quantity, quantitySpec } from '#model/quantity';
import type { Rule } from '#model/rule';
import type { Language } from '#model/text';
import type { EpochMs, Ms } from '#model/time';

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

/** How long an alarm has lasted, or lasted. */
export const alarmLength = ({ since, clearedAt }: Alarm, now: EpochMs): Ms =>
  Math.max(0, (clearedAt ?? now) - since);
