/** The value below which the share `q` of the sample lies; NaN for an empty one. */
export function quantile(sample: readonly number[], q: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export const median = (sample: readonly number[]): number => quantile(sample, 0.5);
export const sum = (sample: readonly number[]): number => sample.reduce((total, value) => total + value, 0);
export const mean = (sample: readonly number[]): number => sum(sample) / sample.length;
