import { type Quantity, quantitySpec } from '#model/quantity';

/** Units that Grafana writes as people do, by UCUM code. Its other units change their scale by the value; limits do not. */
const GRAFANA_UNITS: Readonly<Record<string, string>> = { Cel: 'celsius', '%': 'percent' };

/** Grafana's id of the quantity's unit. */
export function grafanaUnit(quantity: Quantity): string {
  const { unit, symbol } = quantitySpec(quantity);
  return GRAFANA_UNITS[unit] ?? (symbol === '' ? 'none' : `suffix:${symbol}`);
}
