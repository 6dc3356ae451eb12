import type { Series } from './answer-by-force.ts';

/** Where Grafana asks. */
export interface Backend {
  readonly name: string;
  readonly url: string;
  readonly database: string;
  readonly authorization: string;
}

export type Method = 'GET' | 'POST';

interface Answer {
  readonly error?: string;
  readonly results?: readonly {
    readonly error?: string;
    readonly series?: readonly (Omit<Series, 'tags'> & Partial<Series>)[];
  }[];
}

/** Asks as Grafana's data source does (createRequest of pkg/tsdb/influxdb/influxql). */
export async function ask(backend: Backend, q: string, method: Method = 'POST'): Promise<readonly Series[]> {
  const { url, database, authorization } = backend;
  const parameters = new URLSearchParams({ db: database, epoch: 'ms', ...(method === 'GET' && { q }) });
  const response = await fetch(`${url}/query?${parameters}`, {
    ...{ method, headers: { authorization } },
    ...(method === 'POST' && { body: new URLSearchParams({ q }) }),
  });
  const text = await response.text();
  const answer: Answer = response.ok ? JSON.parse(text) : { error: `${response.status} ${text}` };
  const error = answer.error ?? answer.results?.find((result) => result.error !== undefined)?.error;
  if (error !== undefined) throw new Error(`${backend.name} to ${q}: ${error}`);
  return (answer.results ?? []).flatMap(({ series = [] }) => series.map((each) => ({ tags: {}, ...each })));
}
