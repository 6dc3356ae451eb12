interface Series {
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

/** Far below the mean of any of the readings: those count tenths. */
const REST = 1e-9;

interface Document {
  readonly error?: string;
  readonly results?: readonly { readonly error?: string; readonly series?: readonly Series[] }[];
}

/**
 * An answer in a form in which two are equal when they say the same: that a statement failed, but not the words; numbers to
 * twelve digits, as sums are added up in another order; rows of one moment in one order, as InfluxDB has none. `whole` is
 * the answer without LIMIT: of rows of one moment any may be left out, and the others must be of those.
 */
export function comparable(answer: unknown, whole?: unknown): unknown {
  const { error, results = [] } = answer as Document;
  if (error !== undefined) return 'refused';
  const uncut = (whole as Document | undefined)?.results?.flatMap(({ series = [] }) => series) ?? [];
  return results.map((result) =>
    result.error === undefined
      ? (result.series ?? []).map((series) => ordered(withoutChoice(series, uncut)))
      : 'refused',
  );
}

/** A row of which InfluxDB could as well have given another of its moment is only one of them. */
function withoutChoice(series: Series, uncut: readonly Series[]): Series {
  const nameOf = ({ name, tags }: Series) => JSON.stringify([name, tags]);
  const all = uncut.find((each) => nameOf(each) === nameOf(series))?.values ?? [];
  const values = series.values.map((row) => {
    const ofMoment = (rows: Series['values']) => rows.filter(([time]) => time === row[0]);
    const known = ofMoment(all).map((other) => JSON.stringify(other));
    const isChosen = known.length > ofMoment(series.values).length && known.includes(JSON.stringify(row));
    return isChosen ? [row[0], 'one of these'] : row;
  });
  return { ...series, values };
}

const ordered = ({ values, ...head }: Series) => ({
  ...head,
  values: values
    .map((row) => row.map((cell) => (typeof cell === 'number' ? rounded(cell) : cell)))
    .map((row, index, all) => ({ row, index, key: JSON.stringify(row), moment: momentOf(all, index) }))
    .sort((a, b) => a.moment - b.moment || (a.key < b.key ? -1 : 1))
    .map(({ row }) => row),
});

/** Of numbers that are added up to nothing each order leaves another rest. Times are whole, and stay. */
function rounded(cell: number): number {
  if (Math.abs(cell) < REST) return 0;
  return Number.isInteger(cell) ? cell : Number(cell.toPrecision(12));
}

/** The place of the first row of the same moment. */
function momentOf(rows: readonly (readonly unknown[])[], index: number): number {
  const at = rows[index]?.[0];
  let first = index;
  while (first > 0 && rows[first - 1]?.[0] === at) first -= 1;
  return first;
}
