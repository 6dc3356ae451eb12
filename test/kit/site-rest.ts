import { USUAL_POLICY } from '#model/policy';
import type { Site } from '#model/site';

/** What most tests do not care about in a site. */
export const siteRest: Pick<
  Site,
  | 'timeZone'
  | 'pageUrl'
  | 'trustedProxies'
  | 'rotas'
  | 'policy'
  | 'suppressions'
  | 'maintenance'
  | 'heartbeat'
  | 'testCall'
> = {
  timeZone: 'Asia/Shanghai',
  pageUrl: null,
  trustedProxies: [],
  rotas: [],
  policy: USUAL_POLICY,
  suppressions: [],
  maintenance: [],
  heartbeat: null,
  testCall: null,
};
