interface Series {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

/** What /metrics said at one moment. */
export class Scrape {
  readonly #series: readonly Series[];
  /** On the monotonic clock, in ms. */
  readonly at: number;

  constructor(text: string, at: number) {
    this.at = at;
    this.#series = [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(
      ([, name = '', labels = '', value]) => ({ name, labels, value: Number(value) }),
    );
  }

  static async from(url: string): Promise<Scrape> {
    const answer = await fetch(`${url}/metrics`);
    if (!answer.ok) throw new Error(`${url}/metrics answers ${answer.status}`);
    return new Scrape(await answer.text(), performance.now());
  }

  /** All series of the name together; with `label`, such as `result="skipped"`, those that have it. */
  sum(name: string, label = ''): number {
    return this.#series
      .filter((series) => series.name === name && series.labels.includes(label))
      .reduce((total, { value }) => total + value, 0);
  }

  /** A histogram's buckets: upper bound and how many observations were not above it, in order. */
  buckets(name: string): readonly (readonly [bound: number, count: number])[] {
    return this.#series
      .filter((series) => series.name === `${name}_bucket`)
      .map(({ labels, value }) => {
        const bound = /le="([^"]+)"/.exec(labels)?.[1] ?? '';
        return [bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound), value] as const;
      });
  }
}

/** A quantile of what a histogram took in between two scrapes, linear inside a bucket as Prometheus has it. */
export function histogramQuantile(
  name: string,
  q: number,
  [before, after]: readonly [Scrape, Scrape],
): number {
  const old = new Map(before.buckets(name));
  const buckets = after
    .buckets(name)
    .map(([bound, count]) => [bound, count - (old.get(bound) ?? 0)] as const);
  const wanted = q * (buckets.at(-1)?.[1] ?? 0);
  let [lower, below] = [0, 0];
  for (const [bound, count] of buckets) {
    if (count >= wanted && count > below) {
      return bound === Number.POSITIVE_INFINITY
        ? lower
        : lower + ((bound - lower) * (wanted - below)) / (count - below);
    }
    [lower, below] = [bound, count];
  }
  return Number.NaN;
}

/** The first and the last. */
export function endsOf(scrapes: readonly Scrape[]): readonly [Scrape, Scrape] {
  const [first, last] = [scrapes[0], scrapes.at(-1)];
  if (first === undefined || last === undefined) throw new Error('nothing was scraped');
  return [first, last];
}

/** From the first to the last. */
export function secondsOf(scrapes: readonly Scrape[]): number {
  const [first, last] = endsOf(scrapes);
  return (last.at - first.at) / 1000;
}

/** Growth of a counter a second. */
export function rate(scrapes: readonly Scrape[], name: string, label?: string): number {
  const [first, last] = endsOf(scrapes);
  return (last.sum(name, label) - first.sum(name, label)) / secondsOf(scrapes);
}
