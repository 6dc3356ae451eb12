import { HygateError } from '#model/errors';
import { pointId } from '#model/point';
import type { InfluxTarget } from '#model/site';
import { authorizationOf } from './sender.ts';
import type { Span } from './span.ts';
import type { Row } from './tally.ts';
import { linesOf } from './text-lines.ts';

interface Document {
  readonly error?: string;
  readonly results?: readonly {
    readonly error?: string;
    readonly series?: readonly {
      readonly tags?: Readonly<Record<string, string>>;
      readonly columns: readonly string[];
      readonly values: readonly (readonly unknown[])[];
    }[];
  }[];
}

/** Rows in one document of the answer. */
const CHUNK = 10_000;

/**
 * The rows of a site in InfluxDB 1.x, or in InfluxDB 2 over the same address, in no certain order. Asked in chunks, which
 * come as one JSON document a line: a day of a large site would not fit into one.
 */
export async function* influxqlRows(target: InfluxTarget, span: Span): AsyncGenerator<Row> {
  const { api } = target;
  const parameters = new URLSearchParams({
    db: api.version === 'v1' ? api.database : api.bucket,
    q: question(span),
    ...{ epoch: 'ms', chunked: 'true', chunk_size: String(CHUNK) },
  });
  const headers = { authorization: authorizationOf(target), accept: 'application/json' };
  for await (const line of linesOf(target, `/query?${parameters}`, headers)) {
    yield* rowsOf(JSON.parse(line) as Document);
  }
}

/** InfluxQL: names in double quotes, texts in single ones. */
function question({ site, quantities, from, to }: Span): string {
  const measurements = quantities.map((quantity) => `"${quantity}"`).join(',');
  const text = site.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `SELECT "value","q" FROM ${measurements} WHERE "site"='${text}' AND time >= ${from}ms AND time < ${to}ms GROUP BY "device","point","area"`;
}

function* rowsOf({ error, results = [] }: Document): Generator<Row> {
  const failed = error ?? results.find((result) => result.error !== undefined)?.error;
  if (failed !== undefined) throw new HygateError('influx-unavailable', `InfluxDB cannot answer: ${failed}`);
  for (const { tags, values } of results.flatMap(({ series = [] }) => series)) {
    const point = pointId(tags?.['device'] ?? '', tags?.['point'] ?? '');
    for (const [at, value, q] of values) {
      yield { point, at: Number(at), value: typeof value === 'number' ? value : null, q: Number(q) };
    }
  }
}
