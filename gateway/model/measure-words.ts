import { type Quantity, quantitySpec } from './quantity.ts';
import type { Language } from './text.ts';

const MINUS = '−';

/** A value as people read it, without its unit: `−18.4`, `开`. */
export function formatValue(value: number, quantity: Quantity, language: Language): string {
  const { states, decimals } = quantitySpec(quantity);
  const state = states?.[value];
  if (state !== undefined) return state[language];
  return signed(value.toFixed(decimals));
}

/** With the unit, as in a sentence: `8.4 °C`. */
export const formatMeasure = (value: number, quantity: Quantity, language: Language): string =>
  withUnit(formatValue(value, quantity, language), quantity);

/** What a rule compares with, in as many digits as it has: 0.05 °C is not 0.1 °C. */
export function formatLimit(value: number, quantity: Quantity): string {
  const { decimals } = quantitySpec(quantity);
  const usual = value.toFixed(decimals);
  return withUnit(signed(Number(usual) === value ? usual : String(value)), quantity);
}

/** A change, with its sign: `+5.2 °C`. */
export function formatChange(value: number, quantity: Quantity, language: Language): string {
  const text = formatMeasure(value, quantity, language);
  return value > 0 ? `+${text}` : text;
}

/** A zero has no sign. */
const signed = (text: string): string =>
  Number(text) === 0 ? text.replace('-', '') : text.replace('-', MINUS);

function withUnit(text: string, quantity: Quantity): string {
  const { symbol, states } = quantitySpec(quantity);
  return symbol === '' || states !== undefined ? text : `${text} ${symbol}`;
}
