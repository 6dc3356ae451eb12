interface Series {
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

interface Document {
  readonly error?: string;
  readonly results?: readonly { readonly error?: string; readonly series?: readonly Series[] }[];
}

/**
 * An answer in a form in which two are equal when they say the same: that a statement failed, but not the words; numbers to
 * twelve digits, as sums are added up in another order; rows of one moment in one order, as InfluxDB has none.
 */
export function comparable(answer: unknown): unknown {
  const { error, results = [] } = answer as Document;
  if (error !== undefined) return 'refused';
  return results.map((result) =>
    result.error === undefined ? (result.series ?? []).map(ordered) : 'refused',
  );
}

const ordered = ({ values, ...head }: Series) => ({
  ...head,
  values: values
    .map((row) => row.map((cell) => (typeof cell === 'number' ? Number(cell.toPrecision(12)) : cell)))
    .map((row, index, all) => ({ row, index, key: JSON.stringify(row), moment: momentOf(all, index) }))
    .sort((a, b) => a.moment - b.moment || (a.key < b.key ? -1 : 1))
    .map(({ row }) => row),
});

/** The place of the first row of the same moment. */
function momentOf(rows: readonly (readonly unknown[])[], index: number): number {
  const at = rows[index]?.[0];
  let first = index;
  while (first > 0 && rows[first - 1]?.[0] === at) first -= 1;
  return first;
}
