import type { SeriesRow } from '#model/series';
import { byTime, type Row, type Span, type Tags, tagsKey } from './row.ts';
import { ROW_FIELDS } from './row-fields.ts';
import type { FieldType, Measurement, Series } from './series.ts';

/** Rows looked at at once. */
const PAGE = 2_000;

/** Rows of one set of tags that were read already, for the span that is asked about. */
class RowSeries implements Series {
  readonly tags: Tags;
  readonly #rows: Row[] = [];

  constructor(tags: Tags) {
    this.tags = tags;
  }

  add({ at, order, fields }: SeriesRow): void {
    this.#rows.push({ at, order, fields, tags: this.tags });
  }

  async *pages({ from, to }: Span, newestFirst: boolean): AsyncGenerator<readonly Row[]> {
    const rows = this.#rows.filter(({ at }) => at >= from && at < to).sort(byTime);
    if (newestFirst) rows.reverse();
    for (let first = 0; first < rows.length; first += PAGE) yield rows.slice(first, first + PAGE);
  }
}

/** A measurement of the rows that are added to it. */
export class RowMeasurement implements Measurement {
  readonly name: string;
  readonly #fields: Map<string, FieldType>;
  readonly #series = new Map<string, RowSeries>();

  constructor(name: string) {
    this.name = name;
    this.#fields = new Map(Object.entries(ROW_FIELDS[name] ?? {}));
  }

  get fields(): ReadonlyMap<string, FieldType> {
    return this.#fields;
  }

  get series(): readonly Series[] {
    return [...this.#series.values()];
  }

  /** `schemaOnly`: what series and fields there are, without what they hold. */
  add(row: SeriesRow, schemaOnly = false): void {
    for (const [name, value] of Object.entries(row.fields))
      this.#fields.set(name, typeof value === 'number' ? 'float' : 'string');
    const key = tagsKey(row.tags);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = new RowSeries(row.tags);
      this.#series.set(key, series);
    }
    if (!schemaOnly) series.add(row);
  }
}
