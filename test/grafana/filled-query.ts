import { DAY, type EpochMs, HOUR, MINUTE, type Ms, SECOND } from '#model/time';

/*
 * What Grafana does with the text of a query before it sends it: the InfluxQL data source (pkg/tsdb/influxdb/models/query.go
 * and interpolateQueryExpr of its datasource.ts) and the interval of a panel (rangeUtil.calculateInterval).
 */

export interface TimeRange {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** A variable as the person has set it. */
export interface ChosenVariable {
  readonly name: string;
  readonly multi: boolean;
  /** All values that are chosen; with All: each that there is, or the variable's own text for All. */
  readonly chosen: readonly string[] | { readonly all: string };
}

export function filledQuery(
  text: string,
  variables: readonly ChosenVariable[],
  { from, to, interval }: TimeRange & { readonly interval: string },
): string {
  const replaced = variables.reduce((query, variable) => {
    const pattern = new RegExp(`\\$\\{${variable.name}\\}|\\$${variable.name}(?!\\w)`, 'g');
    return query.replace(pattern, () => interpolated(variable, text));
  }, text);
  return replaced
    .replaceAll('$timeFilter', `time >= ${from}ms and time <= ${to}ms`)
    .replaceAll('$__interval', interval);
}

/** A variable of which several can be chosen always is a regular expression; another where it stands in one. */
function interpolated({ name, multi, chosen }: ChosenVariable, query: string): string {
  // The text that somebody wrote for All goes in as it is.
  if ('all' in chosen) return chosen.all;
  if (multi) return `(${chosen.map(escapeRegex).join('|')})`;
  const [only = ''] = chosen;
  const inRegex = new RegExp(`\\/(?:\\^)?(.*)(\\$${name})(.*)(?:\\$)?\\/`).test(query);
  return inRegex ? escapeRegex(only) : only;
}

const escapeRegex = (text: string): string => text.replaceAll(/[\\^$*+?.()|[\]{}/]/g, '\\$&');

/** Below each of the first the interval is the second: rangeUtil.roundInterval, as far as a year in a small panel. */
const LADDER: readonly (readonly [below: Ms, interval: Ms])[] = [
  [10, 1],
  [15, 10],
  [35, 20],
  [75, 50],
  [150, 100],
  [350, 200],
  [750, 500],
  [1500, 1000],
  [3500, 2000],
  [7500, 5000],
  [12_500, 10_000],
  [17_500, 15_000],
  [25_000, 20_000],
  [45_000, 30_000],
  [90_000, 60_000],
  [210_000, 120_000],
  [450_000, 300_000],
  [750_000, 600_000],
  [1_050_000, 900_000],
  [1_500_000, 1_200_000],
  [2_700_000, 1_800_000],
  [5_400_000, 3_600_000],
  [9_000_000, 7_200_000],
  [16_200_000, 10_800_000],
  [32_400_000, 21_600_000],
  [86_400_000, 43_200_000],
];

/** `$__interval` of a panel that has room for so many points and asks for no less than `least`. */
export function intervalOf({ from, to }: TimeRange, points: number, least: Ms): string {
  const width = (to - from) / points;
  return intervalText(Math.max(least, LADDER.find(([below]) => width < below)?.[1] ?? DAY));
}

/** Whole units of the largest that fits: Grafana writes 90 s as `1m` (gtime.FormatInterval). */
function intervalText(interval: Ms): string {
  const units = { d: DAY, h: HOUR, m: MINUTE, s: SECOND, ms: 1 };
  const [name, length] = Object.entries(units).find(([, length]) => interval >= length) ?? ['ms', 1];
  return `${Math.floor(interval / length)}${name}`;
}
