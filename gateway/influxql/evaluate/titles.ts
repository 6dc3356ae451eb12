/** A column's own name, and the one that the question gives it. */
export interface Titled {
  readonly name: string;
  readonly as: string | null;
}

/** Names of columns as InfluxDB gives them: those of the question as they are, and a second `mean` is `mean_1`. */
export function titlesOf(columns: readonly Titled[]): readonly string[] {
  const taken = new Set(columns.flatMap(({ as }) => as ?? []));
  const counts = new Map<string, number>();
  return columns.map(({ name, as }) => {
    if (as !== null) return as;
    let count = counts.get(name) ?? 0;
    let title = count === 0 ? name : `${name}_${count}`;
    while (taken.has(title)) {
      count += 1;
      title = `${name}_${count}`;
    }
    counts.set(name, count + 1);
    taken.add(title);
    return title;
  });
}
