import type { ModbusAddress } from '#model/driver';
import { type Addressed, isBits, type PlanTraits, sizeOf } from '../../collectors/protocols/modbus/plan.ts';

/** Up to so many points of a table every division into requests is tried. */
const ALL_DIVISIONS = 12;

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The fewest requests that read all points without splitting one, found without the planner's reasoning: for few
 * points over all divisions into sets, for more over all divisions of their order, which loses nothing while the
 * points' ends are in the order of their starts. Throws when they are not.
 */
export function fewestRequests(points: readonly Addressed[], traits: PlanTraits): number {
  const tables = new Set(points.map(({ address }) => address.table));
  return [...tables].reduce((total, table) => {
    const spans = points
      .filter(({ address }) => address.table === table)
      .map(({ address }) => spanOf(address));
    const cap = isBits(table) ? traits.maxBits : traits.maxRegisters;
    const legal = (some: readonly Span[]) => isLegal(some, cap, traits.hole);
    return total + (spans.length <= ALL_DIVISIONS ? overSets(spans, legal) : overRuns(spans, legal));
  }, 0);
}

const spanOf = (address: ModbusAddress): Span => ({
  start: address.address,
  end: address.address + sizeOf(address),
});

/** One request may read them: not too long, and no run of registers that nobody asked for is longer than `hole`. */
function isLegal(spans: readonly Span[], cap: number, hole: number): boolean {
  const first = Math.min(...spans.map(({ start }) => start));
  const end = Math.max(...spans.map((span) => span.end));
  if (end - first > cap) return false;
  const wanted = new Set(
    spans.flatMap((span) => Array.from({ length: span.end - span.start }, (_, i) => span.start + i)),
  );
  let unwanted = 0;
  for (let register = first; register < end; register++) {
    unwanted = wanted.has(register) ? 0 : unwanted + 1;
    if (unwanted > hole) return false;
  }
  return true;
}

type Legal = (spans: readonly Span[]) => boolean;

/** fewest(S) = 1 + the least fewest(S without T) over all legal T in S that hold S's first point. */
function overSets(spans: readonly Span[], legal: Legal): number {
  const all = 2 ** spans.length - 1;
  const isRead = Array.from({ length: all + 1 }, (_, set) =>
    legal(spans.filter((_span, bit) => set & (1 << bit))),
  );
  const fewest = [0];
  for (let set = 1; set <= all; set++) {
    const first = set & -set;
    let best = Number.POSITIVE_INFINITY;
    for (let part = set; part > 0; part = (part - 1) & set) {
      if (part & first && isRead[part]) best = Math.min(best, 1 + (fewest[set ^ part] ?? Number.NaN));
    }
    fewest[set] = best;
  }
  return fewest[all] ?? Number.NaN;
}

/** fewest(n) = 1 + the least fewest(m) over all m < n where the points from m to n can be read at once. */
function overRuns(unsorted: readonly Span[], legal: Legal): number {
  const spans = unsorted.toSorted((a, b) => a.start - b.start || a.end - b.end);
  if (spans.some(({ end }, index) => end < (spans[index - 1]?.end ?? 0))) {
    throw new Error('points lie inside one another: the order of their starts does not tell');
  }
  const fewest = [0];
  for (let n = 1; n <= spans.length; n++) {
    const counts = Array.from({ length: n }, (_, m) =>
      legal(spans.slice(m, n)) ? 1 + (fewest[m] ?? Number.NaN) : Number.POSITIVE_INFINITY,
    );
    fewest.push(Math.min(...counts));
  }
  return fewest.at(-1) ?? Number.NaN;
}
