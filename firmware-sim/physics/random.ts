/** The next number in [0, 1). */
export type Random = () => number;

/**
 * A generator of its own for each `name`, so that one device's course does not depend on which others stand beside
 * it. sfc32 of PractRand: passes its tests, 128 bits of state, same seed same numbers on every machine.
 */
export function seededRandom(seed: number, name: string): Random {
  let a = seed | 0;
  let b = hash(name);
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  // The first numbers still show the seed; PractRand discards 12.
  for (let round = 0; round < 12; round++) next();
  return next;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value | 0;
}

/** Standard normal, by Box and Muller. */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Above this mean the normal approximation is closer to Poisson than any test of ours can see. */
const LARGE_MEAN = 60;

/** A count of independent events of which `mean` are expected (Knuth's product of uniforms). */
export function poisson(random: Random, mean: number): number {
  if (mean > LARGE_MEAN) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const end = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > end; product *= random()) count++;
  return count;
}

/** Whether an event that comes `perHour` times an hour on average comes within `dt` seconds. */
export const happens = (random: Random, perHour: number, dt: number): boolean =>
  random() < 1 - Math.exp((-perHour * dt) / 3600);

export const between = (random: Random, low: number, high: number): number => low + (high - low) * random();
