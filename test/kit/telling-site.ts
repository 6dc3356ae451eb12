import type { Route, Site } from '#model/site';
import { MINUTE } from '#model/time';
import { alarmSite, limitRule } from './alarms-site.ts';
import { TellingStage } from './telling-stage.ts';

export type RouteParts = Partial<Route> & Pick<Route, 'to'>;

/** One fridge, five people, and these routes, of every severity where they do not say. */
export const siteWith = (routes: readonly RouteParts[], over: Partial<Site> = {}): Site => ({
  ...alarmSite({
    rules: [limitRule()],
    people: ['li', 'wang', 'chen', 'head', 'director'].map((id) => ({ id, name: id, channels: ['sms'] })),
    routes: routes.map((route) => ({ areas: null, severities: ['notice', 'warning', 'critical'], ...route })),
  }),
  ...over,
});

export const stage = (routes: readonly RouteParts[]): TellingStage =>
  new TellingStage({ site: siteWith(routes) });

/** The head of the ward after five minutes, the director after fifteen. */
export const ladder = [
  { after: 5 * MINUTE, to: ['head', 'li'] },
  { after: 15 * MINUTE, to: ['director'] },
];
