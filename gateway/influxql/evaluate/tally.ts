import type { Row, Value } from '../series/row.ts';
import type { FunctionName } from '../syntax/statement.ts';

/** What is known of some values together. */
export interface Summary {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** A function over values that come one by one, or summed up. */
export interface Tally {
  add(value: Value, row: Row): void;
  addSummary(summary: Summary): void;
  /** Null: there was no value. */
  readonly result: Value | null;
  /** The row that a selector chose; null of other functions, and where there was none. */
  readonly chosen: Row | null;
}

/** Of numbers, and of how many there are. */
class Sums implements Tally {
  readonly chosen = null;
  readonly #of: (summary: Summary) => number;
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  constructor(of: (summary: Summary) => number) {
    this.#of = of;
  }

  get result(): number | null {
    if (this.#count === 0) return null;
    return this.#of({ count: this.#count, sum: this.#sum, min: this.#min, max: this.#max });
  }

  add(value: Value): void {
    const number = typeof value === 'number' ? value : 0;
    this.addSummary({ count: 1, sum: number, min: number, max: number });
  }

  addSummary({ count, sum, min, max }: Summary): void {
    this.#count += count;
    this.#sum += sum;
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
  }
}

/** The one row that is better than all others. */
class Choice implements Tally {
  readonly #better: Better;
  readonly #summed: 'min' | 'max' | null;
  #best: { readonly value: Value; readonly row: Row } | null = null;
  #extreme: number | null = null;

  constructor(better: Better, summed: 'min' | 'max' | null) {
    this.#better = better;
    this.#summed = summed;
  }

  get result(): Value | null {
    return this.#extreme ?? this.#best?.value ?? null;
  }

  get chosen(): Row | null {
    return this.#best?.row ?? null;
  }

  add(value: Value, row: Row): void {
    if (this.#best === null || this.#better({ value, row }, this.#best)) this.#best = { value, row };
  }

  /** Summed up values have no row: a question that wants one never comes here. */
  addSummary(summary: Summary): void {
    if (this.#summed === null) throw new Error('the first and the last one are not in a summary');
    const value = summary[this.#summed];
    this.#extreme = this.#extreme === null ? value : Math[this.#summed](this.#extreme, value);
  }
}

interface Candidate {
  readonly value: Value;
  readonly row: Row;
}

type Better = (a: Candidate, b: Candidate) => boolean;

const timeBetween = (a: Row, b: Row): number => a.at - b.at || a.order - b.order;

/** Where two are equal in what is asked for, InfluxDB takes the earlier of extremes, and the larger of one moment. */
const BETTER: Readonly<Record<'min' | 'max' | 'first' | 'last', Better>> = {
  min: (a, b) => a.value < b.value || (a.value === b.value && timeBetween(a.row, b.row) < 0),
  max: (a, b) => a.value > b.value || (a.value === b.value && timeBetween(a.row, b.row) < 0),
  first: (a, b) => timeBetween(a.row, b.row) < 0 || (timeBetween(a.row, b.row) === 0 && a.value > b.value),
  last: (a, b) => timeBetween(a.row, b.row) > 0 || (timeBetween(a.row, b.row) === 0 && a.value > b.value),
};

const MAKERS: Readonly<Record<FunctionName, () => Tally>> = {
  count: () => new Sums(({ count }) => count),
  sum: () => new Sums(({ sum }) => sum),
  mean: () => new Sums(({ sum, count }) => sum / count),
  spread: () => new Sums(({ min, max }) => max - min),
  min: () => new Choice(BETTER.min, 'min'),
  max: () => new Choice(BETTER.max, 'max'),
  first: () => new Choice(BETTER.first, null),
  last: () => new Choice(BETTER.last, null),
};

export const tallyOf = (name: FunctionName): Tally => MAKERS[name]();

/** Functions that take a row as it is. */
export const isSelector = (name: FunctionName): boolean => Object.hasOwn(BETTER, name);
