import type { Alarms } from '#model/alarm';
import { HygateError } from '#model/errors';
import type { Influxql, InfluxqlAnswer, InfluxqlQuestion } from '#model/influxql';
import type { Journal } from '#model/journal';
import type { Meter } from '#model/meter';
import { seriesSite } from '#model/series';
import type { Site } from '#model/site';
import type { Clock } from '#model/time';
import type { Result } from './answer.ts';
import { answerText } from './answer-text.ts';
import { EPOCHS, isEpoch } from './epoch.ts';
import type { Context } from './evaluate/context.ts';
import { answerSelect } from './evaluate/select.ts';
import { answerShow } from './evaluate/show.ts';
import { checkDatabase } from './evaluate/sources.ts';
import { Work } from './evaluate/work.ts';
import { HeldAnswers } from './held-answers.ts';
import { Patterns } from './pattern/patterns.ts';
import { QueryError } from './query-error.ts';
import { rowSources } from './series/row-source.ts';
import { JournalSeries } from './series/store.ts';
import { parseQuery } from './syntax/parse.ts';
import type { Statement } from './syntax/statement.ts';

/** As in InfluxDB: the default of `influx.bucket`. */
const DATABASE = 'hygate';
/** Of one and the same moment; further ones wait. A dashboard asks for all its panels at once. */
const AT_ONCE = 4;
const MOST_WAITING = 200;
const MOST_HELD_BYTES = 64_000_000;

export interface QueryDeskOptions {
  readonly site: Site;
  readonly journal: Pick<Journal, 'history'>;
  readonly alarms: Pick<Alarms, 'eventsBetween'>;
  readonly clock: Clock;
  readonly meter: Meter;
  /** Beyond so many bytes of answers that nobody has taken yet no further query is worked on; 64 MB when left out. */
  readonly mostHeldBytes?: number;
}

/** Answers InfluxQL from the journal. */
export class QueryDesk implements Influxql {
  readonly #options: QueryDeskOptions;
  readonly #store: JournalSeries;
  readonly #held: HeldAnswers;
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(options: QueryDeskOptions) {
    const { site, alarms, meter, mostHeldBytes = MOST_HELD_BYTES } = options;
    const { history } = options.journal;
    this.#options = options;
    this.#held = new HeldAnswers(mostHeldBytes, meter);
    this.#store = new JournalSeries({
      site,
      ...{ history, clock: options.clock },
      sources: rowSources({ history, alarms, site: seriesSite(site) }),
    });
  }

  async answer({ query, database, epoch = 'rfc3339', signal }: InfluxqlQuestion): Promise<InfluxqlAnswer> {
    if (!isEpoch(epoch)) throw new HygateError('request-invalid', `epoch is one of ${EPOCHS.join(', ')}.`);
    const statements = readQuery(query);
    await this.#turn();
    try {
      this.#held.refuseWhenFull();
      const shared = { work: new Work(this.#options.clock, signal), patterns: new Patterns() };
      const results: Result[] = [];
      for (const statement of statements) results.push(await this.#result(statement, database, shared));
      return await this.#held.hold(answerText(results, epoch), signal);
    } finally {
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** What one statement cannot answer is its own result, as in InfluxDB. */
  async #result(
    statement: Statement,
    database: string | null,
    shared: Pick<Context, 'work' | 'patterns'>,
  ): Promise<Result> {
    const context: Context = {
      ...{ ...shared, store: this.#store, database: DATABASE },
      now: this.#options.clock.wall(),
    };
    try {
      checkDatabase(database, DATABASE);
      if (statement.kind === 'show') return { series: await answerShow(statement, context) };
      if (database === null) throw new QueryError(`database name required: db=${DATABASE}`);
      return { series: await answerSelect(statement, context) };
    } catch (error) {
      if (error instanceof QueryError) return { error: error.message };
      throw error;
    }
  }

  async #turn(): Promise<void> {
    if (this.#busy >= AT_ONCE) {
      if (this.#waiting.length >= MOST_WAITING) {
        this.#options.meter.count('hygate_queries_refused_total', { reason: 'too-many-waiting' });
        throw new HygateError('too-many-requests', 'Too many queries wait already; try again in a moment.');
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#busy += 1;
  }
}

function readQuery(query: string): readonly Statement[] {
  try {
    return parseQuery(query);
  } catch (error) {
    if (error instanceof QueryError) throw new HygateError('request-invalid', error.message);
    throw error;
  }
}
