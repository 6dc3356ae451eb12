import type { StoredReading } from './segment-index.ts';

/** Readings of one point in order of time. */
export interface Column {
  readonly at: ArrayLike<number>;
  readonly value: ArrayLike<number>;
  readonly mark: ArrayLike<number>;
  readonly seq: ArrayLike<number>;
  /** Readings whose time another one has, too: there must be none. */
  readonly doubled: number;
}

/** Gathers the readings of one point. */
export class ColumnBuilder {
  readonly #at: number[] = [];
  readonly #value: number[] = [];
  readonly #mark: number[] = [];
  readonly #seq: number[] = [];
  #sorted = true;

  add({ at, value, mark, seq }: StoredReading): void {
    if (at <= (this.#at.at(-1) ?? -1)) this.#sorted = false;
    this.#at.push(at);
    this.#value.push(value);
    this.#mark.push(mark);
    this.#seq.push(seq);
  }

  /** Of several readings with one time the first row's stands, as in the journal. */
  column(): Column {
    const [at, value, mark, seq] = [this.#at, this.#value, this.#mark, this.#seq];
    if (this.#sorted) return { at, value, mark, seq, doubled: 0 };
    const order = [...at.keys()].sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0));
    const kept = order.filter((place, index) => index === 0 || at[place] !== at[order[index - 1] ?? 0]);
    const pick = (column: readonly number[]) => kept.map((place) => column[place] ?? 0);
    return {
      ...{ at: pick(at), value: pick(value), mark: pick(mark), seq: pick(seq) },
      doubled: at.length - kept.length,
    };
  }
}
