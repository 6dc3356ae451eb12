import { leastRetention } from '#model/retention';
import type { LimitRule, NoDataRule, Rule } from '#model/rule';
import type { Person, Route, Site, SitePoint } from '#model/site';
import { MINUTE, type Ms } from '#model/time';
import { siteRest } from './site-rest.ts';

const basis = { document: 'GB 0-2000', clause: '1.1', certainty: 'S' } as const;
const advice = { zh: '检查冰箱门', en: 'Check the door' };

/** Above 8 for ten minutes, back at 7.5. */
export const limitRule = (over: Partial<LimitRule> = {}): LimitRule => ({
  kind: 'limit',
  id: 'high',
  limit: 8,
  inclusive: false,
  deadband: 0.5,
  onDelay: 10 * MINUTE,
  offDelay: 0,
  severity: 'critical',
  basis,
  advice,
  ...over,
});

export const noDataRule = (over: Partial<NoDataRule> = {}): NoDataRule => ({
  kind: 'no-data',
  id: 'no-data',
  after: 10 * MINUTE,
  severity: 'warning',
  basis: { document: 'Hygate', certainty: 'E' },
  advice,
  ...over,
});

export interface SiteParts {
  readonly rules: readonly Rule[];
  readonly every?: Ms;
  readonly people?: readonly (Omit<Person, 'language'> & Partial<Person>)[];
  readonly routes?: readonly (Pick<Route, 'areas' | 'severities' | 'to'> & Partial<Route>)[];
  /** Options by channel. */
  readonly channels?: Readonly<Record<string, unknown>>;
  /** Keys of the points of the one device `fridge-1`; `temp` when left out. */
  readonly keys?: readonly string[];
  /** Keys of further points, without rules. */
  readonly beside?: readonly string[];
  readonly timeZone?: string;
}

/** A site with one fridge whose points all have the same rules. */
export function alarmSite({
  rules,
  every = MINUTE,
  people = [],
  routes,
  channels = {},
  keys = ['temp'],
  beside = [],
  timeZone,
}: SiteParts): Site {
  const points = [...keys, ...beside].map(
    (key): SitePoint => ({
      id: `fridge-1.${key}`,
      key,
      device: 'fridge-1',
      area: 'vaccine',
      name: { zh: '温度', en: 'Temperature' },
      quantity: 'temperature',
      range: [-40, 60],
      every,
      rules: beside.includes(key) ? [] : rules,
    }),
  );
  return {
    id: 'test',
    name: { zh: '测试医院', en: 'Test hospital' },
    region: [],
    mqtt: { host: '127.0.0.1', port: 0 },
    http: { host: '127.0.0.1', port: 0 },
    areas: [{ id: 'vaccine', name: { zh: '预防接种门诊', en: 'Vaccination clinic' }, kind: 'cold-chain' }],
    devices: [
      {
        id: 'fridge-1',
        area: 'vaccine',
        name: { zh: '一号冰箱', en: 'Fridge 1' },
        driver: 'mqtt-logger',
        every,
        calibration: null,
        link: { protocol: 'mqtt', user: 'fridge-1', password: 'x' },
        points,
      },
    ],
    people: people.map((person) => ({ language: 'zh', ...person })),
    routes: (
      routes ?? [
        { areas: null, severities: ['notice', 'warning', 'critical'], to: people.map(({ id }) => id) },
      ]
    ).map((route) => ({ systems: null, during: null, escalate: [], remind: null, ...route })),
    channels: Object.fromEntries(Object.entries(channels).map(([use, options]) => [use, { use, options }])),
    clients: [],
    influx: null,
    retention: leastRetention(),
    ...siteRest,
    ...(timeZone === undefined ? {} : { timeZone }),
  };
}

/** Four points, each with a limit that one person shelves and one that two persons do; raised at once. */
export const actsSite: Site = alarmSite({
  rules: [
    limitRule({ severity: 'warning', onDelay: 0 }),
    limitRule({ id: 'high-high', limit: 12, onDelay: 0 }),
  ],
  keys: ['taken', 'shelved', 'asked', 'repaired'],
});
