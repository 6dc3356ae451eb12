import { pointId } from '#model/point';
import type { InfluxTarget } from '#model/site';
import { authorizationOf } from './sender.ts';
import type { Span } from './span.ts';
import type { Row } from './tally.ts';
import { linesOf } from './text-lines.ts';

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly timestamps: readonly number[];
}

/**
 * The rows of a site in VictoriaMetrics (`/api/v1/export`), where each field is a series of its own:
 * `temperature_value` and `temperature_q`. Both fields of one device come together when they are asked for together.
 */
export async function* victoriaRows(target: InfluxTarget, span: Span): AsyncGenerator<Row> {
  const headers = { authorization: authorizationOf(target) };
  for (const quantity of span.quantities) {
    const parameters = new URLSearchParams({
      'match[]': `{__name__=~"${quantity}_(value|q)",site="${span.site}"}`,
      // Seconds; the end is inclusive.
      start: String(span.from / 1000),
      end: String((span.to - 1) / 1000),
    });
    yield* paired(linesOf(target, `/api/v1/export?${parameters}`, headers));
  }
}

async function* paired(lines: AsyncIterable<string>): AsyncGenerator<Row> {
  const values = new Map<string, Map<number, number>>();
  const qualities = new Map<string, [point: string, at: readonly number[], q: readonly number[]][]>();
  for await (const line of lines) {
    const { metric, values: found, timestamps } = JSON.parse(line) as Series;
    const { __name__: name = '', device = '', point = '', area = '' } = metric;
    const series = JSON.stringify([area, device, point]);
    if (name.endsWith('_q')) {
      const pieces = qualities.get(series) ?? [];
      qualities.set(series, [...pieces, [pointId(device, point), timestamps, found]]);
      continue;
    }
    const byTime = values.get(series) ?? new Map<number, number>();
    for (const [index, at] of timestamps.entries()) byTime.set(at, found[index] ?? Number.NaN);
    values.set(series, byTime);
  }
  for (const [series, pieces] of qualities) {
    for (const [point, times, qs] of pieces) {
      for (const [index, at] of times.entries()) {
        yield { point, at, value: values.get(series)?.get(at) ?? null, q: qs[index] ?? Number.NaN };
      }
    }
  }
}
