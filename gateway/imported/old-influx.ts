import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { HygateError } from '#model/errors';
import { type EpochMs, MINUTE, type Ms } from '#model/time';
import type { Series } from './mapping.ts';

/** An InfluxDB that somebody has: 1.x, or 2.x by its InfluxQL mapping. */
export interface OldInflux {
  readonly url: string;
  readonly database: string;
  readonly login: { readonly user: string; readonly password: string } | { readonly token: string } | null;
}

export type Row = readonly [at: EpochMs, value: unknown];

const LONGEST: Ms = 5 * MINUTE;

/** A week of a value a second is a third of it. What sits at that address may be anything. */
const LARGEST_MB = 64;
const LONGEST_WORDS = 200;
/** Beyond it there is no date. */
const END_OF_TIME: EpochMs = 8.64e15;

const RowShape = Type.Tuple([Type.Integer({ minimum: -END_OF_TIME, maximum: END_OF_TIME }), Type.Unknown()]);
const Partial = Type.Optional(Type.Boolean());
const SeriesShape = Type.Object({ values: Type.Optional(Type.Array(RowShape)), partial: Partial });
const ResultShape = Type.Object({
  error: Type.Optional(Type.String()),
  series: Type.Optional(Type.Array(SeriesShape)),
  partial: Partial,
});
const DocumentShape = Type.Object({
  error: Type.Optional(Type.String()),
  results: Type.Optional(Type.Array(ResultShape)),
});
type Document = Static<typeof DocumentShape>;

/** When the series begins; null when it has nothing. Throws `influx-unavailable`. */
export async function firstOf(influx: OldInflux, series: Series): Promise<EpochMs | null> {
  const rows = await ask(
    influx,
    `SELECT ${name(series.field)} FROM ${place(series)} ORDER BY time ASC LIMIT 1`,
  );
  return rows[0]?.[0] ?? null;
}

/** Its rows, `from` inclusive, `to` exclusive. Throws `influx-unavailable`. */
export function rowsOf(
  influx: OldInflux,
  series: Series,
  from: EpochMs,
  to: EpochMs,
): Promise<readonly Row[]> {
  const span = `time >= ${from}ms AND time < ${to}ms`;
  const joint = Object.keys(series.tags).length === 0 ? 'WHERE' : 'AND';
  return ask(influx, `SELECT ${name(series.field)} FROM ${place(series)} ${joint} ${span}`);
}

/** InfluxQL: names in double quotes, texts in single ones. */
const name = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function place({ measurement, tags }: Series): string {
  const filters = Object.entries(tags).map(([tag, value]) => `${name(tag)} = ${quoted(value)}`);
  return `${name(measurement)}${filters.length === 0 ? '' : ` WHERE ${filters.join(' AND ')}`}`;
}

/** In chunks, one JSON document a line: an answer in one piece ends at the server's `max-row-limit`. */
async function ask({ url, database, login }: OldInflux, q: string): Promise<readonly Row[]> {
  const parameters = new URLSearchParams({ db: database, epoch: 'ms', chunked: 'true', q });
  const documents = await answerOf(new URL(`/query?${parameters}`, url), login);
  const results = documents.flatMap((document) => document.results ?? []);
  const failed = [...documents, ...results].find(({ error }) => error !== undefined)?.error;
  if (failed !== undefined) throw new HygateError('influx-unavailable', `${url} refuses: ${plain(failed)}`);
  refuseCut(results, url);
  return results.flatMap(({ series = [] }) => series).flatMap(({ values = [] }) => values);
}

/** `partial` says that more follows: of the last piece, that it never came. */
function refuseCut(results: NonNullable<Document['results']>, url: string): void {
  const last = results.at(-1);
  if (last?.partial !== true && last?.series?.at(-1)?.partial !== true) return;
  throw new HygateError(
    'influx-unavailable',
    `${url} cut its answer short, and nothing of it was taken: set max-row-limit = 0 in the [http] section of its influxdb.conf`,
  );
}

async function answerOf(address: URL, login: OldInflux['login']): Promise<readonly Document[]> {
  const headers = login === null ? {} : { authorization: authorizationOf(login) };
  try {
    const answer = await fetch(address, { headers, signal: AbortSignal.timeout(LONGEST) });
    const text = await textOf(answer);
    if (!answer.ok && !text.startsWith('{')) return [{ error: `${answer.status} ${text}` }];
    return documentsIn(text);
  } catch (cause) {
    const why = cause instanceof Error ? (cause.cause ?? cause) : cause;
    const message = `${address.origin} does not answer as an InfluxDB (${plain(String(why))})`;
    throw new HygateError('influx-unavailable', message, { cause });
  }
}

function documentsIn(text: string): readonly Document[] {
  return text
    .trim()
    .split('\n')
    .map((line): Document => {
      const read: unknown = JSON.parse(line);
      if (Value.Check(DocumentShape, read)) return read;
      throw new Error('its words are none of InfluxDB');
    });
}

async function textOf({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.length;
    if (bytes > LARGEST_MB * 2 ** 20) throw new Error(`more than ${LARGEST_MB} MB at once`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Words of a stranger, for a terminal. */
const plain = (text: string): string => text.slice(0, LONGEST_WORDS).replaceAll(/\p{Cc}+/gu, ' ');

const authorizationOf = (login: NonNullable<OldInflux['login']>): string =>
  'token' in login
    ? `Token ${login.token}`
    : `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
