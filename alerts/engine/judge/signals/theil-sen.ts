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
  const slopes = slopesOf(dots).sort();
  const spread = z * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const slope = median(slopes);
  return {
    slope,
    least: ranked(slopes, (slopes.length - spread) / 2 - 1),
    most: ranked(slopes, (slopes.length + spread) / 2),
    level: median(Float64Array.from(dots, ({ x, y }) => y - slope * x).sort()),
  };
}

/** Between all pairs. Looked at once in some minutes for each point, all of them at once: in numbers side by side. */
function slopesOf(dots: readonly Dot[]): Float64Array {
  const slopes = new Float64Array((dots.length * (dots.length - 1)) / 2);
  let count = 0;
  for (const [index, a] of dots.entries()) {
    for (let other = index + 1; other < dots.length; other++) {
      const b = dots[other] ?? a;
      slopes[count++] = (b.y - a.y) / (b.x - a.x);
    }
  }
  return slopes;
}

/** The one of that rank, or the outermost where there is none. */
const ranked = (sorted: Float64Array, rank: number): number =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(rank)))] ?? Number.NaN;

const median = (sorted: Float64Array): number =>
  (ranked(sorted, Math.floor((sorted.length - 1) / 2)) + ranked(sorted, Math.ceil((sorted.length - 1) / 2))) /
  2;
