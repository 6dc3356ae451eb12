/** A point of a curve; both numbers finite. */
export interface Dot {
  readonly x: number;
  readonly y: number;
}

export interface Trend {
  /** The median of the slopes between all pairs. */
  readonly slope: number;
  /** The bounds between which the slope lies, as sure as `z` says. */
  readonly least: number;
  readonly most: number;
  /** Where the line passes `x = 0`: the median of what the slope leaves over. */
  readonly level: number;
}

/**
 * The line through dots by Theil and Sen: up to 29 % of them may lie anywhere and do not tilt it. The bounds are Sen's
 * (1968), of the normal approximation to Kendall's statistic. Null of fewer than three dots.
 */
export function theilSen(dots: readonly Dot[], z: number): Trend | null {
  const count = dots.length;
  if (count < 3) return null;
  const slopes = dots.flatMap((a, index) => dots.slice(index + 1).map((b) => (b.y - a.y) / (b.x - a.x)));
  slopes.sort((a, b) => a - b);
  const spread = z * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const slope = median(slopes);
  return {
    slope,
    least: ranked(slopes, (slopes.length - spread) / 2 - 1),
    most: ranked(slopes, (slopes.length + spread) / 2),
    level: median(dots.map(({ x, y }) => y - slope * x).sort((a, b) => a - b)),
  };
}

/** The one of that rank, or the outermost where there is none. */
const ranked = (sorted: readonly number[], rank: number): number =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(rank)))] ?? Number.NaN;

const median = (sorted: readonly number[]): number =>
  (ranked(sorted, Math.floor((sorted.length - 1) / 2)) + ranked(sorted, Math.ceil((sorted.length - 1) / 2))) /
  2;
