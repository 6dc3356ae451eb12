import { QueryError } from '../query-error.ts';
import { Pattern } from './pattern.ts';

/** Steps that all expressions of one request may take together: some tenths of a second. */
const MOST_STEPS = 300_000;

/** Regular expressions of one request, each made once. */
export class Patterns {
  readonly #made = new Map<string, Pattern>();
  #steps = 0;

  /** Throws QueryError for one that is not supported. */
  of(source: string): Pattern {
    const pattern = this.#made.get(source) ?? new Pattern(source, this.#spend);
    this.#made.set(source, pattern);
    return pattern;
  }

  readonly #spend = (steps: number): void => {
    this.#steps += steps;
    if (this.#steps > MOST_STEPS)
      throw new QueryError('the regular expressions cost too much: make them simpler, or name what is meant');
  };
}
