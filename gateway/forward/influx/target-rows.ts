import type { InfluxTarget } from '#model/site';
import type { EpochMs } from '#model/time';
import { influxqlRows } from './influxql.ts';
import type { ForwardSite } from './line.ts';
import { daysOf, type Span } from './span.ts';
import type { Row } from './tally.ts';
import { victoriaRows } from './victoria.ts';

/** A store of rows that can be read back. */
export interface TargetRows {
  readonly name: 'InfluxDB' | 'VictoriaMetrics';
  /** What it keeps of a value. */
  keep(value: number): number;
  /** Everything of the site in the span, in no certain order. Throws `influx-unavailable`. */
  read(from: EpochMs, to: EpochMs): AsyncIterable<Row>;
}

/** VictoriaMetrics keeps 13 significant digits at most, and fewer in a block that also holds large values. */
const VICTORIA_DIGITS = 12;

export async function targetRows(target: InfluxTarget, site: ForwardSite): Promise<TargetRows> {
  const points = site.devices.flatMap((device) => device.points);
  const quantities = [...new Set(points.map(({ quantity }) => quantity))];
  const spans = (from: EpochMs, to: EpochMs) => daysOf({ site: site.id, quantities, from, to });
  return (await isVictoria(target))
    ? {
        name: 'VictoriaMetrics',
        keep: (value) => Number(value.toPrecision(VICTORIA_DIGITS)),
        read: (from, to) => inTurn(spans(from, to), (span) => victoriaRows(target, span)),
      }
    : {
        name: 'InfluxDB',
        keep: (value) => value,
        read: (from, to) => inTurn(spans(from, to), (span) => influxqlRows(target, span)),
      };
}

async function* inTurn(spans: Iterable<Span>, read: (span: Span) => AsyncIterable<Row>): AsyncGenerator<Row> {
  for (const span of spans) yield* read(span);
}

/** InfluxDB does not have the page. Who does not answer at all says so at the first question. */
async function isVictoria({ url, timeout }: InfluxTarget): Promise<boolean> {
  const page = new URL('/api/v1/status/buildinfo', url);
  return fetch(page, { signal: AbortSignal.timeout(timeout) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
