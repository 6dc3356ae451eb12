import type { Panel, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { expect, test } from 'vitest';
import type { Driver } from '#model/driver';
import type { Standard } from '#model/limit-table';
import { quantities } from '#model/quantity';
import { loadSite } from '../gateway/config/load-site.ts';
import { customOptions } from '../test/grafana/custom-options.ts';
import { dashboardsOf, sheetText } from './dashboards.ts';
import { influxql } from './influxql.ts';
import type { Scope } from './scope.ts';
import type { Sheet } from './sheet.ts';

/* A device and a standard that nobody has written: their dashboards must come by themselves. */

const BATH = {
  name: 'ice-bath',
  title: { zh: '冰浴', en: 'Ice bath' },
  every: 45_000,
  protocol: 'mqtt',
  points: [
    { key: 'level', name: { zh: '水位', en: 'Level' }, quantity: 'level' },
    { key: 'glow', name: { zh: '辉光', en: 'Glow' }, quantity: 'dose-rate' },
    { key: 'lid', name: { zh: '盖', en: 'Lid' }, quantity: 'door' },
  ],
} satisfies Driver;

const BASIS = { document: 'ICE 1', clause: '§ 3', certainty: 'S' } as const;
const OWN = { document: 'ICE 1', certainty: 'M?' } as const;
const ICE = {
  name: 'ice',
  title: { zh: '冰', en: 'Ice' },
  tables: {
    bath: {
      title: { zh: '浴', en: 'Bath' },
      rows: [
        {
          ...{ quantity: 'level', onDelay: 0, deadband: 0, advice: { zh: '加水', en: 'Add water' } },
          limits: {
            low: { value: 0.25, severity: 'warning', basis: BASIS },
            high: { value: 1.5, severity: 'critical', basis: OWN },
          },
        },
        {
          ...{ quantity: 'door', onDelay: 60_000, deadband: 0, advice: { zh: '关盖', en: 'Close it' } },
          limits: { high: { value: 1, inclusive: true, severity: 'notice', basis: BASIS } },
        },
      ],
      noData: { after: 600_000, severity: 'warning', basis: BASIS },
    },
  },
} satisfies Standard;

const FILE = `
site: { id: north, name: { zh: 北站, en: North } }
page-url: https://page.example/
areas:
  - { id: cellar, name: { zh: 地下室, en: Cellar }, kind: other }
devices:
  - { id: bath-1, name: { zh: 一号浴, en: Bath 1 }, area: cellar, driver: ice-bath, login: { password: long-enough-1 }, limits: ice/bath }
  - { id: bath-2, name: { zh: 二号浴, en: Bath 2 }, area: cellar, driver: ice-bath, login: { password: long-enough-2 }, limits: ice/bath }
`;

function scopeOf(file: string, language: Scope['language'] = 'zh'): Scope {
  const drivers = new Map([[BATH.name, BATH]]);
  const standards = new Map([[ICE.name, ICE]]);
  const loaded = loadSite(file, { drivers, standards, channels: new Map(), env: {}, readFile: () => '' });
  if ('mistakes' in loaded) throw new Error(JSON.stringify(loaded.mistakes));
  return { site: loaded.site, drivers, language };
}

const sheetOf = (name: string, sheets: readonly Sheet[]): Sheet => {
  const found = sheets.find(({ file }) => file === `${name}.json`);
  if (found === undefined) throw new Error(`no ${name} among ${sheets.map(({ file }) => file)}`);
  return found;
};
const panelOf = (sheet: Sheet, type: string, title: string): Panel => {
  const panels = sheet.dashboard.panels as Panel[];
  const found = panels.find((panel) => panel.type === type && panel.title === title);
  if (found === undefined) throw new Error(`no ${type} "${title}" in ${panels.map(({ title }) => title)}`);
  return found;
};

test('a new driver, a new standard and an area of no kind have their dashboards by themselves', () => {
  const sheets = dashboardsOf(scopeOf(FILE));
  expect(sheets.map(({ file }) => file)).toEqual([
    'overview.json',
    'other.json',
    'device-ice-bath.json',
    'alarms.json',
    'gateway-health.json',
  ]);
  for (const name of ['other', 'device-ice-bath']) {
    const { fieldConfig, targets, description, interval } = panelOf(
      sheetOf(name, sheets),
      'timeseries',
      '液位 0.25～1.50 m',
    );
    expect(fieldConfig?.defaults.unit).toBe('suffix:m');
    expect(fieldConfig?.defaults.thresholds?.steps.map(({ color }) => color)).toEqual([
      'orange',
      'transparent',
      'red',
    ]);
    expect(description).toContain('依据 ICE 1 § 3');
    expect(description).toContain('默认值 (ICE 1)');
    expect(interval).toBe('90s');
    expect(JSON.stringify(targets)).toContain(String.raw`\"device\" =~ /^(bath-1|bath-2)$/`);
  }
  const lid = panelOf(sheetOf('other', sheets), 'state-timeline', '门');
  expect(lid.fieldConfig?.defaults.mappings).toEqual([
    {
      type: 'value',
      options: {
        0: { text: '关', color: 'green', index: 0 },
        1: { text: '开', color: 'yellow', index: 1 },
      },
    },
  ]);
});

test('every point of the site is drawn in its area, shown now in the overview, and named for people', () => {
  const scope = scopeOf(FILE);
  const sheets = dashboardsOf(scope);
  for (const point of scope.site.devices.flatMap(({ points }) => points)) {
    const name = `${point.device === 'bath-1' ? '一号浴' : '二号浴'} ${point.name.zh}`;
    for (const sheet of [sheetOf('overview', sheets), sheetOf('other', sheets)]) {
      expect(JSON.stringify(sheet.dashboard)).toContain(name);
      const asked = sheet.panels.flatMap(({ targets }) => targets.map(({ question }) => question));
      const drawn = asked.some(
        ({ measurement, tags }) =>
          measurement === point.quantity &&
          tags.some(({ tag, in: texts }) => tag === 'device' && texts.includes(point.device)) &&
          tags.some(({ tag, in: texts }) => tag === 'point' && texts.includes(point.key)),
      );
      expect(drawn, `${point.id} in ${sheet.file}`).toBe(true);
    }
  }
});

test('a device with limits of its own has a panel of its own', () => {
  const own = 'limits: { use: ice/bath, points: { level: { high: { value: 2 } } } }';
  const other = FILE.replace(/(bath-2.*)limits: ice\/bath/, `$1${own}`);
  const titles = panelTitles(sheetOf('other', dashboardsOf(scopeOf(other))));
  expect(titles).toContain('一号浴 · 液位 0.25～1.50 m');
  expect(titles).toContain('二号浴 · 液位 0.25～2.00 m');
});

const panelTitles = ({ dashboard }: Sheet) => (dashboard.panels as Panel[]).map(({ title }) => title);

test('what stands in the file is what was asked', () => {
  for (const sheet of dashboardsOf(scopeOf(FILE))) {
    const file = JSON.parse(sheetText(sheet));
    const texts = file.panels.flatMap(({ targets = [] }: { targets?: { query: string }[] }) =>
      targets.map(({ query }) => query),
    );
    const asked = sheet.panels.flatMap(({ targets }) => targets.map(({ question }) => influxql(question)));
    expect(texts).toEqual(asked);
    expect(file.annotations.list.map(({ target }: { target: { query: string } }) => target.query)).toEqual(
      sheet.annotations.map(({ question }) => influxql(question)),
    );
  }
});

interface VariableJson {
  readonly name: string;
  readonly query: string;
  readonly hide?: number;
  readonly options: readonly { readonly text: string; readonly value: string }[];
  readonly current: { readonly text: string | readonly string[]; readonly value: string | readonly string[] };
}

const variablesOf = (name: string, file = FILE) => {
  const { list } = sheetOf(name, dashboardsOf(scopeOf(file))).dashboard.templating;
  return new Map((list as unknown as VariableJson[]).map((variable) => [variable.name, variable]));
};

test('area and device are chosen by name, each device says where it is, and nothing is asked for that', () => {
  const all = { text: 'All', value: '$__all' };
  const baths = ['1', '2'].map((no) => ({
    ...{ text: `地下室 · ${no === '1' ? '一' : '二'}号浴`, value: `bath-${no}` },
  }));
  for (const name of ['overview', 'other', 'alarms', 'gateway-health']) {
    const variables = variablesOf(name);
    expect([...variables.keys()]).toEqual(['datasource', 'site', 'area', 'device']);
    const gateway = name === 'other' ? [] : [{ text: '网关', value: 'hygate' }];
    expect(variables.get('site')).toMatchObject({ query: '北站 : north', current: { value: 'north' } });
    expect(variables.get('area')?.options).toMatchObject([all, { text: '地下室', value: 'cellar' }]);
    expect(variables.get('device')?.options).toMatchObject([all, ...baths, ...gateway]);
    expect(variables.get('device')?.current).toMatchObject({ text: ['All'], value: ['$__all'] });
    for (const { query, options } of [...variables.values()].slice(1))
      expect(options.filter(({ value }) => value !== all.value)).toMatchObject(customOptions(query));
  }
});

test('on the dashboard of a device one of them is chosen, and no area can contradict it', () => {
  const variables = variablesOf('device-ice-bath');
  expect(variables.get('device')).toMatchObject({
    ...{ query: '地下室 · 一号浴 : bath-1, 地下室 · 二号浴 : bath-2', multi: false, includeAll: false },
    current: { text: '地下室 · 一号浴', value: 'bath-1' },
  });
  expect(variables.get('area')).toMatchObject({ hide: 2, allValue: '.*', current: { value: ['$__all'] } });
});

test('a cell of an area or a device has its name, that of the gateway too', () => {
  const places = { area: ['cellar'], device: ['bath-1', 'bath-2'], by: ['bath-1', 'bath-2'] };
  const found = dashboardsOf(scopeOf(FILE)).flatMap(({ panels }) => panels.map(({ panel }) => panel));
  for (const { title, fieldConfig } of found.filter(({ type }) => type === 'table')) {
    for (const { matcher, properties } of fieldConfig?.overrides ?? []) {
      const ids = places[matcher.options as keyof typeof places] ?? [];
      const mappings = properties.find(({ id }) => id === 'mappings')?.value as ValueMapping[] | undefined;
      const isPerson = matcher.options === 'by' && mappings === undefined;
      const names = mappings?.find(({ type }) => type === 'value')?.options ?? {};
      if (!isPerson)
        expect(Object.keys(names), `${title} ${matcher.options}`).toEqual(expect.arrayContaining(ids));
      if (matcher.options === 'area')
        expect(JSON.stringify(mappings)).toContain('"match":"empty","result":{"text":"网关"}');
    }
  }
});

test('a value that is drawn is never a bad one, and no line goes over a gap', () => {
  for (const { file, panels } of dashboardsOf(scopeOf(FILE))) {
    for (const { panel, targets } of panels) {
      for (const { question } of targets) {
        const ofValues = question.columns.some(({ field }) => field === 'value');
        if (question.measurement in quantities && ofValues)
          expect(question.where, `${file} ${panel.title}`).toEqual([{ field: 'q', is: '<', number: 2 }]);
      }
      const { spanNulls } = (panel.fieldConfig?.defaults.custom ?? {}) as { spanNulls?: unknown };
      if (panel.type === 'timeseries') expect(spanNulls).toBe(false);
      if (panel.type === 'state-timeline') expect(spanNulls ?? false).toBe(false);
    }
  }
});

test('files are the same each time, small enough, and their addresses are their own and short enough', () => {
  const [first, second] = [dashboardsOf(scopeOf(FILE)), dashboardsOf(scopeOf(FILE))];
  expect(first.map(sheetText)).toEqual(second.map(sheetText));
  const long = FILE.replace('id: north', `id: ${'n'.repeat(48)}`);
  for (const sheets of [first, dashboardsOf(scopeOf(long))]) {
    const uids = sheets.map(({ dashboard }) => dashboard.uid ?? '');
    expect(new Set(uids).size).toBe(uids.length);
    expect(uids.filter((uid) => !/^[a-z0-9-]{8,40}$/.test(uid))).toEqual([]);
  }
  expect(first.filter((sheet) => sheetText(sheet).length > 1_000_000)).toEqual([]);
});

test('without an address of the page nothing links to it; with one, an alarm leads to its sheet', () => {
  const without = dashboardsOf(scopeOf(FILE.replace(/page-url.*\n/, '')));
  expect(without.map(sheetText).join()).not.toContain('/#/');
  const alarms = sheetText(sheetOf('alarms', dashboardsOf(scopeOf(FILE))));
  expect(alarms).toContain(`https://page.example/#/alarm/\${__value.raw}`);
});

test('in English nothing is Chinese', () => {
  const english = dashboardsOf(scopeOf(FILE, 'en')).map(sheetText).join();
  expect(english.match(/[\u3400-\u9fff]+/gu)).toBeNull();
  expect(english).toContain('\\"text_en\\" AS \\"text\\"');
});

test('links and marks stand above the panels, not in a closed menu', () => {
  for (const { dashboard } of dashboardsOf(scopeOf(FILE)))
    expect(JSON.stringify([dashboard.links, dashboard.annotations])).not.toContain('placement');
});

test('a device that is read more seldom has buckets of its own, in the trends and in what shows gaps', () => {
  const seldom = FILE.replace(/(bath-2.*driver: ice-bath),/, '$1, every: 10m,');
  const sheets = dashboardsOf(scopeOf(seldom, 'en'));
  const intervals = (name: string, type: string) =>
    (sheetOf(name, sheets).dashboard.panels as Panel[])
      .filter((panel) => panel.type === type)
      .map(({ title, interval }) => [title, interval]);
  expect(intervals('gateway-health', 'state-timeline')).toEqual([
    ['Quality and gaps: every 45 s', '90s'],
    ['Quality and gaps: every 10 min', '1200s'],
  ]);
  expect(intervals('other', 'timeseries')).toEqual(
    expect.arrayContaining([
      ['Bath 1 · level 0.25 to 1.50 m', '90s'],
      ['Bath 2 · level 0.25 to 1.50 m', '1200s'],
    ]),
  );
});

test('what does not answer is grey and says so: neither a calm nought nor the colour of a low value', () => {
  const tiles = dashboardsOf(scopeOf(FILE)).flatMap(({ panels }) => panels.map(({ panel }) => panel));
  for (const { title, fieldConfig } of tiles.filter(({ type }) => type === 'stat')) {
    const { mappings, noValue } = fieldConfig?.defaults ?? {};
    const options = { match: 'null+nan', result: { text: '无数据', color: '#8e8e8e' } };
    expect(mappings, title).toContainEqual({ type: 'special', options });
    expect(noValue, title).toBeUndefined();
  }
});
