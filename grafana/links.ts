import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import type { SitePoint } from '#model/site';
import type { Text } from '#model/text';
import { type Scope, say } from './scope.ts';
import { deviceSheetName, uidOf } from './uid.ts';

/** A link from a value in a panel. */
export interface DataLink {
  readonly title: string;
  readonly url: string;
  readonly targetBlank: boolean;
}

export const HYGATE_TAG = 'hygate';

/** At the top of every dashboard: to the others, in the same span of time, and to the page. */
export function dashboardLinks(scope: Scope): DashboardLinkBuilder[] {
  const { id, pageUrl } = scope.site;
  const others = new DashboardLinkBuilder(say(scope, { zh: '其他看板', en: 'Dashboards' }))
    .type(DashboardLinkType.Dashboards)
    .tags([HYGATE_TAG, id])
    .asDropdown(true)
    .keepTime(true);
  if (pageUrl === null) return [others];
  const page = new DashboardLinkBuilder(say(scope, { zh: '网关页面', en: 'Page of the gateway' }))
    .type(DashboardLinkType.Link)
    .url(pageUrl)
    .icon('external link')
    .targetBlank(true);
  return [others, page];
}

/** From a line or tile to its sheet on the page and to the dashboard of its device. */
export function pointLinks(scope: Scope, point: SitePoint): DataLink[] {
  const { id, devices } = scope.site;
  const device = devices.find((candidate) => candidate.id === point.device);
  const sheet = device === undefined ? [] : [deviceSheetName(device.driver)];
  return [
    ...pageLink(scope, { zh: '在网关页面打开', en: 'Open on the page' }, `point/${point.id}`),
    ...sheet.map((name) => ({
      title: say(scope, { zh: '设备看板', en: 'Dashboard of the device' }),
      url: `/d/${uidOf(id, name)}?var-device=${point.device}&\${__url_time_range}`,
      targetBlank: false,
    })),
  ];
}

/** From a cell with the alarm's id to its sheet on the page: `raw`, because what the cell shows is a word. */
export const alarmLinks = (scope: Scope): DataLink[] =>
  pageLink(scope, { zh: '在网关页面打开', en: 'Open on the page' }, `alarm/\${__value.raw}`);

function pageLink(scope: Scope, title: Text, view: string): DataLink[] {
  const { pageUrl } = scope.site;
  return pageUrl === null
    ? []
    : [{ title: say(scope, title), url: `${pageUrl}/#/${view}`, targetBlank: true }];
}
