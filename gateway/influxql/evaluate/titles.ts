/** Names of columns as InfluxDB gives them: a second `mean` is `mean_1`. */
export function titlesOf(names: readonly string[]): readonly string[] {
  const taken = new Set<string>(['time']);
  const counts = new Map<string, number>();
  return names.map((name) => {
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
