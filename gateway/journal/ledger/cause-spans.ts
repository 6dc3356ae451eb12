import { GAP_CAUSES, type GapCause, type Outage } from '#model/outage';
import { type EpochMs, type Ms, SECOND } from '#model/time';
import type { Missed } from './tick-walk.ts';

/** A run of missed ticks with one cause. */
export interface Share {
  readonly cause: GapCause;
  readonly first: EpochMs;
  readonly count: number;
}

/**
 * An outage explains the missed ticks of a silence that it touches, a little beyond its own ends: what was under way
 * when the gateway died is lost with it, and the first reads come seconds after a start.
 */
const SLACK: Ms = 30 * SECOND;

/** These stop every point at once, and all of them need their time to come back. */
const WIDE: ReadonlySet<GapCause> = new Set([
  'restored',
  'gateway-stopped',
  'gateway-died',
  'power-lost',
  'collectors-down',
]);

const slackOf = (cause: GapCause, every: Ms): Ms => (WIDE.has(cause) ? SLACK : Math.min(every, SLACK));

interface Edge {
  readonly at: EpochMs;
  readonly rank: number;
  readonly step: 1 | -1;
}

/** After all ticks. */
const LAST_EDGE: Edge = { at: Number.POSITIVE_INFINITY, rank: GAP_CAUSES.length, step: 1 };

/**
 * The outages of one device. Where several overlap, the one that stands first in GAP_CAUSES is the cause: the list
 * goes from what stops everything, and would have been enough alone, to what takes some readings only.
 */
export class CauseSpans {
  readonly #spans: readonly Outage[];
  /** The latest end of the spans up to each one. */
  readonly #ends: Float64Array;

  constructor(outages: readonly Outage[]) {
    this.#spans = outages.toSorted((a, b) => a.from - b.from);
    this.#ends = new Float64Array(this.#spans.length);
    let end = Number.NEGATIVE_INFINITY;
    this.#spans.forEach(({ to }, index) => {
      end = Math.max(end, to ?? Number.POSITIVE_INFINITY);
      this.#ends[index] = end;
    });
  }

  /** The ticks in order, in runs of one cause. */
  *shares({ first, every, count, after, before }: Missed): Iterable<Share> {
    const edges = this.#touching(after, before).flatMap(({ cause, from, to }): Edge[] => {
      const [rank, slack] = [GAP_CAUSES.indexOf(cause), slackOf(cause, every)];
      const end = (to ?? Number.POSITIVE_INFINITY) + slack;
      return [
        { at: from - slack, rank, step: 1 },
        { at: end, rank, step: -1 },
      ];
    });
    edges.sort((a, b) => a.at - b.at);
    const active = new Array<number>(GAP_CAUSES.length).fill(0);
    let [done, reached] = [0, 0];
    let cause = ruling(active);
    const share = (): Share => ({ cause, first: first + done * every, count: reached - done });
    for (const { at, rank, step } of [...edges, LAST_EDGE]) {
      reached = Math.min(count, Math.max(reached, Math.ceil((at - first) / every)));
      active[rank] = (active[rank] ?? 0) + step;
      const next = ruling(active);
      if (next === cause && reached < count) continue;
      if (reached > done) yield share();
      done = reached;
      cause = next;
    }
  }

  /** Spans that have a moment in common with the silence. */
  #touching(after: EpochMs, before: EpochMs): Outage[] {
    const found: Outage[] = [];
    for (let i = lastBegun(this.#spans, before); i >= 0; i--) {
      if ((this.#ends[i] ?? 0) < after) break;
      const span = this.#spans[i];
      if (span !== undefined && (span.to ?? Number.POSITIVE_INFINITY) >= after) found.push(span);
    }
    return found;
  }
}

function lastBegun(spans: readonly Outage[], before: EpochMs): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle]?.from ?? 0) <= before) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function ruling(active: readonly number[]): GapCause {
  const rank = active.findIndex((count) => count > 0);
  return GAP_CAUSES[rank] ?? 'silent';
}
