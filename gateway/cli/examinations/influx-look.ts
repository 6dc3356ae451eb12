import type { InfluxTarget } from '#model/site';
import type { InfluxFacts } from '../../doctor/influx.ts';
import { authorizationOf } from '../../forward/influx/sender.ts';
import { whyOf } from './reach-look.ts';

/** As much of an answer as fits a line. */
const MOST_SAID = 200;

/** Writes nothing: the server judges the log-in, the bucket and the right to write, and changes nothing. */
export async function lookAtInflux(target: InfluxTarget): Promise<InfluxFacts> {
  const { url, api, timeout } = target;
  const facts = { url, store: api.version === 'v2' ? `bucket ${api.bucket}` : `database ${api.database}` };
  try {
    const answer = await fetch(new URL(pathOf(target), url), {
      ...{ method: 'POST', body: '', signal: AbortSignal.timeout(timeout) },
      headers: { authorization: authorizationOf(target) },
    });
    const said = (await answer.text()).replaceAll(/\s+/g, ' ').trim().slice(0, MOST_SAID);
    return { ...facts, status: answer.status, said };
  } catch (error) {
    return { ...facts, status: null, said: whyOf(error) };
  }
}

const pathOf = ({ api }: InfluxTarget): string =>
  api.version === 'v2'
    ? `/api/v2/write?${new URLSearchParams({ org: api.org, bucket: api.bucket })}`
    : `/write?${new URLSearchParams({ db: api.database })}`;
