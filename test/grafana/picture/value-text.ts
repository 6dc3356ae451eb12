import type { EpochMs } from '#model/time';
import { pageColor } from './colors.ts';
import type { Looks, Mapping, Step } from './looks.ts';

export type Value = string | number | null;

/** A value as a cell or a tile shows it. */
export interface Shown {
  readonly text: string;
  readonly color: string | null;
}

export function shown(value: Value, looks: Looks): Shown {
  const mapped = (looks.mappings ?? []).map((mapping) => mappedTo(value, mapping)).find((result) => result);
  const own = typeof value === 'number' ? stepColor(looks.thresholds?.steps ?? [], value) : null;
  const color = mapped?.color ?? own;
  if (mapped?.text !== undefined) return { text: mapped.text, color: color && pageColor(color) };
  if (value === null) return { text: looks.noValue ?? '–', color: null };
  return { text: plainText(value, looks), color: color && pageColor(color) };
}

type Result = { readonly text?: string; readonly color?: string };

function mappedTo(value: Value, { type, options }: Mapping): Result | undefined {
  if (type === 'value') return options[String(value)] as Result | undefined;
  const { pattern, result, from, to, match } = options as Readonly<Record<string, unknown>>;
  const fits =
    (type === 'regex' && new RegExp(String(pattern)).test(String(value ?? ''))) ||
    (type === 'special' && value === null && String(match).startsWith('null')) ||
    (type === 'special' && value === '' && match === 'empty') ||
    (type === 'range' &&
      typeof value === 'number' &&
      value >= Number(from ?? -Infinity) &&
      value <= Number(to ?? Infinity));
  return fits ? (result as Result) : undefined;
}

/** The colour of the highest step that is reached. */
const stepColor = (steps: readonly Step[], value: number): string | null =>
  steps.findLast((step) => step.value === null || value >= step.value)?.color ?? null;

const SCALED: Readonly<Record<string, readonly [base: number, units: readonly string[]]>> = {
  bytes: [1024, [' B', ' KiB', ' MiB', ' GiB', ' TiB']],
  decbytes: [1000, [' B', ' kB', ' MB', ' GB', ' TB']],
  short: [1000, ['', ' K', ' Mil', ' Bil']],
};

const SUFFIXES: Readonly<Record<string, string>> = {
  ...{ celsius: ' °C', percent: '%', ms: ' ms', s: ' s', none: '', string: '' },
};

function plainText(value: string | number, { unit = 'none', decimals }: Looks): string {
  if (typeof value === 'string') return value;
  if (unit.startsWith('dateTime')) return clockText(value);
  if (unit === 'percentunit') return `${rounded(value * 100, decimals)}%`;
  const scaled = SCALED[unit];
  if (scaled !== undefined) return scaledText(value, scaled, decimals);
  if (unit === 's' && value >= 120) return lengthText(value);
  const suffix = unit.startsWith('suffix:') ? ` ${unit.slice('suffix:'.length)}` : SUFFIXES[unit];
  if (suffix === undefined) throw new Error(`the pictures do not know the unit ${unit}`);
  return rounded(value, decimals) + suffix;
}

function scaledText(
  value: number,
  [base, units]: readonly [number, readonly string[]],
  decimals?: number,
): string {
  const power = Math.min(
    units.length - 1,
    Math.max(0, Math.floor(Math.log(Math.abs(value) || 1) / Math.log(base))),
  );
  return rounded(value / base ** power, decimals ?? (power === 0 ? 0 : 1)) + units[power];
}

function lengthText(seconds: number): string {
  const [unit, name] = seconds >= 86_400 ? [86_400, 'd'] : seconds >= 3600 ? [3600, 'h'] : [60, 'min'];
  return `${(seconds / Number(unit)).toFixed(1)} ${name}`;
}

const rounded = (value: number, decimals: number | undefined): string =>
  decimals === undefined ? String(Number(value.toPrecision(3))) : value.toFixed(decimals);

/** As the hospital's clock shows it. */
export const clockText = (at: EpochMs): string =>
  Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO('Asia/Shanghai')
    .toPlainDateTime()
    .toString({ smallestUnit: 'second' })
    .replace('T', ' ');
