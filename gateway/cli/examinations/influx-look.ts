import type { InfluxTarget } from '#model/site';
import type { Clock } from '#model/time';
import type { InfluxFacts, InfluxState } from '../../doctor/influx.ts';
import { judgeAnswer, type PauseReason } from '../../forward/influx/answer.ts';
import { authorizationOf } from '../../forward/influx/sender.ts';
import { whyOf } from './reach-look.ts';

/** As much of an answer as fits a line. */
const MOST_SAID = 200;

/** Writes nothing: the server judges the log-in, the bucket and the right to write, and changes nothing. */
export async function lookAtInflux(target: InfluxTarget, clock: Clock): Promise<InfluxFacts> {
  const { url, api, timeout } = target;
  const facts = { url, store: api.version === 'v2' ? `bucket ${api.bucket}` : `database ${api.database}` };
  try {
    const answer = await fetch(`${url.replace(/\/$/, '')}${pathOf(target)}`, {
      // Followed would be only for a look: what the forwarder sends is not.
      ...{ method: 'POST', body: '', redirect: 'manual', signal: AbortSignal.timeout(timeout) },
      headers: { authorization: authorizationOf(target) },
    });
    const said = (await answer.text()).replaceAll(/\s+/g, ' ').trim().slice(0, MOST_SAID);
    return { ...facts, state: stateOf(answer.status, clock), status: answer.status, said };
  } catch (error) {
    return { ...facts, state: 'away', status: null, said: whyOf(error) };
  }
}

const PAUSES: Readonly<Record<Exclude<PauseReason, 'all-rejected'>, InfluxState>> = {
  unauthorized: 'refused',
  forbidden: 'refused',
  'not-found': 'storeless',
  'not-influx': 'stranger',
};

/** As the forwarder would judge it. That nothing is not what can be written (400) says that all else is well. */
function stateOf(status: number, clock: Clock): InfluxState {
  const verdict = judgeAnswer({ kind: 'status', status, retryAfter: null, body: '' }, clock.wall());
  if (verdict.kind === 'pause' && verdict.reason !== 'all-rejected') return PAUSES[verdict.reason];
  return verdict.kind === 'retry' && verdict.reason !== 'rate-limited' ? 'away' : 'well';
}

const pathOf = ({ api }: InfluxTarget): string =>
  api.version === 'v2'
    ? `/api/v2/write?${new URLSearchParams({ org: api.org, bucket: api.bucket })}`
    : `/write?${new URLSearchParams({ db: api.database })}`;
