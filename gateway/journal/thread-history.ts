import type {
  Bucket,
  EventTypes,
  Gap,
  History,
  JournalEvent,
  NumberedEvent,
  PointLedger,
} from '#model/journal';
import type { Reading } from '#model/reading';
import type { Clock, EpochMs, Ms } from '#model/time';
import type { Calls } from './calls.ts';
import type { EntryDecoder } from './entries.ts';
import type { Portion } from './follow.ts';
import type { LateSamples, Question } from './history-messages.ts';
import type { PointSpan } from './history-reader.ts';
import { readingOf } from './mark.ts';
import type { OpenAnswer } from './open-answer.ts';
import type { Samples } from './samples.ts';
import type { Slice } from './segment-tail.ts';
import type { ToWriter } from './writer-messages.ts';

export interface ThreadHistoryOptions {
  readonly clock: Clock;
  readonly writer: { readonly calls: Calls; readonly post: (message: ToWriter) => void };
  readonly reader: {
    readonly calls: Calls;
    readonly post: (id: number, question: Question) => void;
  };
}

const ALL_TYPES: EventTypes = { but: [] };

/** Asks the writer's thread for what is still open, then the reading thread for the rest. */
export class ThreadHistory implements History {
  readonly #options: ThreadHistoryOptions;

  constructor(options: ThreadHistoryOptions) {
    this.#options = options;
  }

  async readings(point: string, from: EpochMs, to: EpochMs, limit: number): Promise<readonly Reading[]> {
    const span = await this.#span(point, from, to);
    const { samples, late } = await this.#ask<LateSamples>({ ask: 'readings', span, limit });
    const readings = toReadings(samples, () => point);
    if (late.at.length === 0) return readings;
    const arrivals = new Map(late.at.map((at, place) => [at, late.arrived[place]]));
    return readings.map((reading) => withArrival(reading, arrivals.get(reading.at)));
  }

  async buckets(point: string, from: EpochMs, to: EpochMs, every: Ms): Promise<readonly Bucket[]> {
    const span = await this.#span(point, from, to);
    return this.#ask<Bucket[]>({ ask: 'buckets', span, every });
  }

  async latest(): Promise<readonly Reading[]> {
    const { calls, post } = this.#options.writer;
    const { ids, samples } = await calls.ask<{ ids: string[]; samples: Samples }>((id) =>
      post({ kind: 'latest', id }),
    );
    return toReadings(samples, (index) => ids[index] ?? '');
  }

  async ledger(point: string, from: EpochMs, to: EpochMs, every: Ms): Promise<PointLedger> {
    const now = this.#options.clock.wall();
    if (now <= from || to <= from) return { hours: [], gaps: [], unbalanced: [] };
    const { open } = await this.#span(point, 0, now);
    return this.#ask<PointLedger>({ ask: 'ledger', span: { point, from, to, open }, every, now });
  }

  async gaps(point: string, from: EpochMs, to: EpochMs, every: Ms): Promise<readonly Gap[]> {
    return (await this.ledger(point, from, to, every)).gaps;
  }

  lastEvent(types: readonly string[]): Promise<JournalEvent | null> {
    return this.#ask({ ask: 'last-event', types });
  }

  events(
    from: EpochMs,
    to: EpochMs,
    limit: number,
    types: EventTypes = ALL_TYPES,
  ): Promise<readonly NumberedEvent[]> {
    return this.#ask({ ask: 'events', from, to, limit, types });
  }

  /** Rows from disk, for a reader that is behind. Each reader has its decoder. */
  async rows(after: number, decoder: EntryDecoder): Promise<Portion> {
    const slice = await this.#ask<Slice>({ ask: 'rows', after, known: decoder.known });
    return { entries: decoder.decode(slice), last: slice.last };
  }

  async #span(point: string, from: EpochMs, to: EpochMs): Promise<PointSpan> {
    const { calls, post } = this.#options.writer;
    const open = await calls.ask<OpenAnswer>((id) => post({ kind: 'open', id, point, from, to }));
    return { point, from, to, open };
  }

  #ask<Answer>(question: Question): Promise<Answer> {
    const { calls, post } = this.#options.reader;
    return calls.ask<Answer>((id) => post(id, question));
  }
}

const toReadings = ({ at, value, mark }: Samples, idOf: (index: number) => string): Reading[] =>
  Array.from(at, (time, index) => readingOf(idOf(index), time, value[index] ?? Number.NaN, mark[index] ?? 0));

const withArrival = (reading: Reading, arrived: EpochMs | undefined): Reading =>
  arrived === undefined ? reading : { ...reading, arrived };
