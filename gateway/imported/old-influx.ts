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

interface Answer {
  readonly error?: string;
  readonly results?: readonly {
    readonly error?: string;
    readonly series?: readonly { readonly values: readonly Row[] }[];
  }[];
}

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

async function ask({ url, database, login }: OldInflux, q: string): Promise<readonly Row[]> {
  const parameters = new URLSearchParams({ db: database, epoch: 'ms', q });
  const { results = [], error } = await answerOf(new URL(`/query?${parameters}`, url), login);
  const failed = error ?? results.find((result) => result.error !== undefined)?.error;
  if (failed !== undefined) throw new HygateError('influx-unavailable', `${url} refuses: ${failed}`);
  return results.flatMap(({ series = [] }) => series).flatMap(({ values }) => values);
}

async function answerOf(address: URL, login: OldInflux['login']): Promise<Answer> {
  const headers = login === null ? {} : { authorization: authorizationOf(login) };
  try {
    const answer = await fetch(address, { headers, signal: AbortSignal.timeout(LONGEST) });
    const text = await answer.text();
    if (answer.ok || text.startsWith('{')) return JSON.parse(text) as Answer;
    return { error: `${answer.status} ${text.slice(0, 200)}` };
  } catch (cause) {
    const why = cause instanceof Error ? (cause.cause ?? cause) : cause;
    const message = `${address.origin} does not answer as an InfluxDB (${String(why)})`;
    throw new HygateError('influx-unavailable', message, { cause });
  }
}

const authorizationOf = (login: NonNullable<OldInflux['login']>): string =>
  'token' in login
    ? `Token ${login.token}`
    : `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
