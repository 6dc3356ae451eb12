import { type Clock, type Ms, SECOND } from '#model/time';
import { QueryError } from '../query-error.ts';
import { turn } from './turn.ts';

/** Readings and events that one request may read: half a year of a point that is read each ten seconds. */
const MOST_READ = 2_000_000;
/** Grafana gives up after 30 s. */
const LONGEST: Ms = 20 * SECOND;
/** Rows in one answer: more than 60 series of as many points as a screen has across. */
const MOST_ROWS = 100_000;
/** And values beside their times: a bucket of time keeps a tally for each of its columns until the answer is made. */
const MOST_VALUES = 500_000;

const ADVICE = 'ask for a shorter time, fewer points, or wider buckets (GROUP BY time)';

/** What one request may cost. Everything that takes long comes here between two pieces, and others get their turn. */
export class Work {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #begun: Ms;
  #read = 0;
  #rows = 0;
  #values = 0;

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#begun = clock.monotonic();
  }

  /** Rows were read. Throws QueryError when it is enough. */
  readonly read = async (rows: number): Promise<void> => {
    this.#read += rows;
    if (this.#read > MOST_READ)
      throw new QueryError(`more than ${MOST_READ} readings and events must be read: ${ADVICE}`);
    await this.pause();
  };

  /** Others get their turn. Throws QueryError when it takes too long, or for nobody. */
  async pause(): Promise<void> {
    if (this.#clock.monotonic() - this.#begun > LONGEST)
      throw new QueryError(`the answer takes longer than ${LONGEST / SECOND} s: ${ADVICE}`);
    if (this.#signal.aborted) throw new QueryError('nobody waits for the answer any more');
    await turn();
  }

  /** Rows of so many columns stand in the answer. Throws QueryError when they are too many. */
  answer(rows: number, columns: number): void {
    this.expect(rows, columns);
    this.#rows += rows;
    this.#values += rows * columns;
  }

  /** Throws QueryError when so many more rows would be too many. */
  expect(rows: number, columns: number): void {
    if (this.#rows + rows > MOST_ROWS)
      throw new QueryError(`more than ${MOST_ROWS} rows would be the answer: ${ADVICE}`);
    if (this.#values + rows * columns > MOST_VALUES)
      throw new QueryError(`more than ${MOST_VALUES} values would be the answer: ${ADVICE}`);
  }

  /** How many more rows of so many columns may stand in the answer. */
  roomForRows(columns: number): number {
    return Math.min(MOST_ROWS - this.#rows, Math.floor((MOST_VALUES - this.#values) / columns));
  }
}
