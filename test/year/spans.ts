import type { EpochMs, Ms } from '#model/time';

export interface Span {
  readonly from: EpochMs;
  to: EpochMs;
}

/** Moments joined into spans, in order of time. */
export class Spans {
  readonly #spans: Span[] = [];

  /** Joined with the last one when it follows within `gap`. */
  add(at: EpochMs, gap: Ms): void {
    const last = this.#spans.at(-1);
    if (last !== undefined && at - last.to <= gap) last.to = at;
    else this.#spans.push({ from: at, to: at });
  }

  /** The longest of those that touch the span. */
  longest(from: EpochMs, to: EpochMs): Span | null {
    let longest: Span | null = null;
    for (let index = this.#firstEndingFrom(from); index < this.#spans.length; index++) {
      const span = this.#spans[index];
      if (span === undefined || span.from > to) break;
      if (longest === null || span.to - span.from > longest.to - longest.from) longest = span;
    }
    return longest;
  }

  /** How much of the span they cover. */
  covered(from: EpochMs, to: EpochMs): Ms {
    let sum = 0;
    for (let index = this.#firstEndingFrom(from); index < this.#spans.length; index++) {
      const span = this.#spans[index];
      if (span === undefined || span.from > to) break;
      sum += Math.min(to, span.to) - Math.max(from, span.from);
    }
    return sum;
  }

  #firstEndingFrom(from: EpochMs): number {
    let [low, high] = [0, this.#spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#spans[middle]?.to ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
