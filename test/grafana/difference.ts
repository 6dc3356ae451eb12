import type { Series } from './answer-by-force.ts';

type Value = Series['values'][number][number] | undefined;

/** The first place where the answer is not what it must be, in words; null when it is equal. */
export function difference(must: readonly Series[], is: readonly Series[]): string | null {
  const longer = must.length > is.length ? must : is;
  for (const index of longer.keys()) {
    const [expected, answered] = [must[index], is[index]];
    if (expected === undefined) return `a series too many: ${nameOf(answered)}`;
    if (answered === undefined) return `a series is missing: ${nameOf(expected)}`;
    const differs = differenceOf(expected, answered);
    if (differs !== null) return `${nameOf(expected)}: ${differs}`;
  }
  return null;
}

function differenceOf(must: Series, is: Series): string | null {
  if (nameOf(must) !== nameOf(is)) return `instead ${nameOf(is)}`;
  const [columns, answered] = [must.columns.join(), is.columns.join()];
  if (columns !== answered) return `columns ${answered} instead of ${columns}`;
  if (must.values.length !== is.values.length)
    return `${is.values.length} rows instead of ${must.values.length}`;
  const row = must.values.findIndex(
    (values, at) => !values.every((value, of) => same(value, is.values[at]?.[of])),
  );
  return row < 0 ? null : `row ${row} is ${shown(is.values[row])} instead of ${shown(must.values[row])}`;
}

/** Sums of floats depend on their order. */
const RELATIVE = 1e-9;

const same = (must: Value, is: Value): boolean =>
  typeof must === 'number' && typeof is === 'number'
    ? Math.abs(must - is) <= RELATIVE * Math.abs(must)
    : must === is;

const nameOf = (series: Series | undefined): string =>
  `${series?.name}{${Object.entries(series?.tags ?? {})
    .map(([tag, text]) => `${tag}=${text}`)
    .join()}}`;

const shown = (values: readonly unknown[] | undefined): string => JSON.stringify(values);
