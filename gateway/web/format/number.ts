import { type Quantity, quantitySpec } from '#model/quantity';
import type { Language } from '#model/text';

const MINUS = '−';

/** A value as people read it, without its unit: `−18.4`, `开`. */
export function formatValue(value: number, quantity: Quantity, language: Language): string {
  const { states, decimals } = quantitySpec(quantity);
  const state = states?.[value];
  if (state !== undefined) return state[language];
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', MINUS);
}

/** With the unit, as in a sentence: `8.4 °C`. */
export function formatMeasure(value: number, quantity: Quantity, language: Language): string {
  const { symbol, states } = quantitySpec(quantity);
  const text = formatValue(value, quantity, language);
  return symbol === '' || states !== undefined ? text : `${text} ${symbol}`;
}
