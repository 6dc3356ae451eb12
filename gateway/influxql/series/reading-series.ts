import type { Bucket, History } from '#model/journal';
import { qualityCode } from '#model/quality';
import type { Reading } from '#model/reading';
import { DAY, type EpochMs, HOUR, type Ms } from '#model/time';
import type { Row, Span, Tags } from './row.ts';
import type { FieldType, Series } from './series.ts';

/** Readings asked for at once: some milliseconds of this thread. */
const PAGE = 5_000;
/** Buckets asked for at once; those of whole seconds then make whole hours, which the history has summed up. */
const BUCKETS = 3_600;
/** Asked about at once, where there is little. */
const LONGEST_SPAN: Ms = 60 * DAY;
/** Kept at once to be read from its end. */
const FEW_PAGES = 3;

export const READING_FIELDS: ReadonlyMap<string, FieldType> = new Map([
  ['q', 'integer'],
  ['value', 'float'],
]);

export interface ReadingSeriesOptions {
  readonly history: Pick<History, 'readings' | 'buckets'>;
  readonly point: string;
  readonly tags: Tags;
  /** The time of its newest reading. */
  readonly newest: EpochMs;
}

/** The readings of a point, as they are written to InfluxDB. */
export class ReadingSeries implements Series {
  readonly tags: Tags;
  readonly #options: ReadingSeriesOptions;

  constructor(options: ReadingSeriesOptions) {
    this.tags = options.tags;
    this.#options = options;
  }

  readonly buckets = (span: Span, every: Ms): AsyncIterable<readonly Bucket[]> => this.#buckets(span, every);

  pages({ from, to }: Span, newestFirst: boolean): AsyncIterable<readonly Row[]> {
    const span = { from, to: Math.min(to, this.#options.newest + 1) };
    return newestFirst ? this.#backwards(span) : this.#forwards(span);
  }

  /** Wide buckets say first where there is anything: a span may begin in 1970. */
  async *#buckets({ from, to }: Span, every: Ms): AsyncGenerator<readonly Bucket[]> {
    const { history, point } = this.#options;
    const piece = every * Math.max(BUCKETS, Math.ceil(HOUR / every));
    if (to - from <= piece) return yield history.buckets(point, from, to, every);
    for (const { from: begin } of await history.buckets(point, from, to, piece))
      yield history.buckets(point, Math.max(from, begin), Math.min(to, begin + piece), every);
  }

  /** Spans that hold about a page each: the history looks at all of a span for what came late in it. */
  async *#forwards({ from, to }: Span): AsyncGenerator<readonly Row[]> {
    const { history, point } = this.#options;
    for (let length: Ms = DAY; from < to; ) {
      const end = Math.min(to, from + length);
      const readings = await history.readings(point, from, end, PAGE);
      const last = readings.at(-1);
      if (last !== undefined) yield readings.map((reading) => this.#row(reading));
      const full = last !== undefined && readings.length >= PAGE;
      from = full ? last.at + 1 : end;
      length = full ? Math.max(1, Math.floor(length / 2)) : Math.min(LONGEST_SPAN, length * 2);
    }
  }

  /** Piece by piece from the end; how long the next piece is follows from what was in this one. */
  async *#backwards({ from, to }: Span): AsyncGenerator<readonly Row[]> {
    for (let length: Ms = HOUR; to > from; ) {
      const begin = Math.max(from, to - length);
      const pages = await this.#few({ from: begin, to });
      if (pages === null) {
        length = Math.max(1, Math.floor(length / 4));
        continue;
      }
      for (const page of pages.toReversed()) yield page.toReversed();
      if (pages.length <= 1) length *= 2;
      to = begin;
    }
  }

  /** The pages of a span in which a few are all; null: it has more. */
  async #few(span: Span): Promise<readonly (readonly Row[])[] | null> {
    const pages: (readonly Row[])[] = [];
    for await (const page of this.#forwards(span)) {
      pages.push(page);
      if (pages.length > FEW_PAGES) return null;
    }
    return pages;
  }

  #row({ at, value, quality }: Reading): Row {
    return { at, order: 0, tags: this.tags, fields: { value: value ?? undefined, q: qualityCode[quality] } };
  }
}
