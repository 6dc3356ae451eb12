import type { Site } from '#model/site';
import { type Endpoint, endpointOf } from '../../doctor/endpoint.ts';
import type { TargetFacts } from '../../doctor/reach.ts';
import { reach, reachPage } from './reach-look.ts';

/** What must answer besides devices and channels. Its own doors only of a gateway that runs. */
export const lookAtTargets = async (site: Site, running: boolean): Promise<readonly TargetFacts[]> =>
  (await Promise.all([heartbeats(site), ...(running ? [door(site), page(site)] : [])])).flat();

async function heartbeats({ heartbeat }: Site): Promise<TargetFacts[]> {
  const about = { zh: '心跳', en: 'heartbeat' };
  const places = [heartbeat?.url, heartbeat?.mqtt?.url].flatMap((url): Endpoint[] => {
    const endpoint = url == null ? undefined : endpointOf(url);
    return endpoint === undefined ? [] : [endpoint];
  });
  const reaches = await Promise.all(places.map(reach));
  return reaches.map((found) => ({ about, code: 'heartbeat-unreachable', vital: false, reach: found }));
}

async function door({ mqtt: { host, port } }: Site): Promise<TargetFacts[]> {
  const own = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const found = await reach({ kind: 'tcp', host: own, port });
  return [{ about: { zh: 'MQTT', en: 'MQTT' }, code: 'mqtt-silent', vital: true, reach: found }];
}

async function page({ pageUrl }: Site): Promise<TargetFacts[]> {
  if (pageUrl === null) return [];
  const found = await reachPage(pageUrl);
  return [{ about: { zh: '网页', en: 'the page' }, code: 'page-unreachable', vital: false, reach: found }];
}
