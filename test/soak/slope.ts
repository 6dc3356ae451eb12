/** A straight line through points, by least squares. */
export interface Slope {
  /** Change of y for each unit of x. */
  readonly slope: number;
  /** Its standard error. */
  readonly error: number;
}

/** NaN below three points. Neighbours in time are not independent: the error is the least that it can be. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): Slope {
  const n = points.length;
  if (n < 3) return { slope: Number.NaN, error: Number.NaN };
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n;
  const [mx, my] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const sxx = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / sxx;
  const rest = points.reduce((sum, [x, y]) => sum + (y - my - slope * (x - mx)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (n - 2) / sxx) };
}
