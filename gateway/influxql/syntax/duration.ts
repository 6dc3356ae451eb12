/** The units of InfluxQL in ns. */
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  u: 1_000n,
  µ: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};

/** `1h30m` in ns; a text that the lexer took for a length of time. */
export function durationNs(text: string): bigint {
  const parts = text.matchAll(/(\d+)(ns|ms|u|µ|s|m|h|d|w)/g);
  return [...parts].reduce(
    (sum, [, count = '0', unit = '']) => sum + BigInt(count) * (UNITS[unit] ?? 0n),
    0n,
  );
}

export const NS_PER_MS = 1_000_000n;

/** A quarter of what a Date holds: the sum of two moments, or of one and now, less a bucket, is a date, too. */
export const FARTHEST_MS = 8.64e15 / 4;
