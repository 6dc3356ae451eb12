import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadPlugins } from '../../gateway/plugins.ts';
import { dashboardsOf, sheetText } from '../../grafana/dashboards.ts';
import { influxql } from '../../grafana/influxql.ts';
import type { Sheet } from '../../grafana/sheet.ts';
import { ask } from '../grafana/backend.ts';
import { type DayStage, openDay } from '../grafana/day-stage.ts';
import type { Row } from '../grafana/journal-rows.ts';
import { countOf, queriesOf, sent } from '../grafana/panel-queries.ts';
import { drawDashboards } from '../grafana/picture/contact-sheet.ts';
import { type Filed, proof } from '../grafana/proof.ts';
import { exampleHospital, wholeHospital } from '../grafana/whole-hospital.ts';
import { browserPath } from '../kit/browser-page.ts';
import { without } from '../kit/peers.ts';

/** One mistake shows in many answers. */
const MOST_SHOWN = 20;
const PICTURES = join(import.meta.dirname, '../out/grafana');
const OUT = join(import.meta.dirname, '../../grafana/out');

let dir: string;
let stage: DayStage;
/** Of the example, as they are committed. */
let committed: readonly Filed[];
/** What a hospital with other devices and areas has beside them. */
let more: readonly Filed[];
/** Of that hospital, in Chinese, as a night shift sees them. */
let shown: readonly Filed[];

beforeAll(async () => {
  if (without('influxd')) return;
  dir = await mkdtemp(join(tmpdir(), 'hygate-panels-'));
  const { drivers } = await loadPlugins();
  const site = await wholeHospital();
  const sheets = dashboardsOf({ site: await exampleHospital(), drivers, language: 'zh' });
  committed = await Promise.all(
    sheets.map(async (sheet) => ({ sheet, file: JSON.parse(await readFile(join(OUT, sheet.file), 'utf8')) })),
  );
  const names = new Set(sheets.map(({ file }) => file));
  const made = (sheet: Sheet): Filed => ({ sheet, file: JSON.parse(sheetText(sheet)) });
  more = dashboardsOf({ site, drivers, language: 'en' })
    .filter(({ file }) => !names.has(file))
    .map(made);
  shown = dashboardsOf({ site, drivers, language: 'zh' }).map(made);
  stage = await openDay(site, dir);
}, 480_000);
afterAll(async () => {
  await stage?.stop();
  if (dir !== undefined) await rm(dir, { recursive: true, force: true });
});

const filed = (name: string): Filed => {
  const found = committed.find(({ sheet }) => sheet.file === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};

/** What it does wrong, how it is written then, how it should be. */
const SPOILS: readonly (readonly [does: string, wrong: string, right: string])[] = [
  ['takes the greatest for the mean', 'max("value") AS "mean"', 'mean("value") AS "mean"'],
  ['takes bad readings for values', '"q" < 3', '"q" < 2'],
  ['closes gaps', 'fill(none)', 'fill(null)'],
  ['asks for another point', "= 'humidity'", "= 'pressure'"],
  ['marks the end of an alarm as its beginning', "= 'cleared'", "= 'raised'"],
];

describe.skipIf(without('influxd'))('a day of a hospital', () => {
  test('every file of grafana/out is a dashboard, and each of its queries is the text of a question', async () => {
    expect(committed.map(({ sheet }) => sheet.file).toSorted()).toEqual((await readdir(OUT)).toSorted());
    for (const { sheet, file } of [...committed, ...more]) {
      const queries = queriesOf(sheet, file);
      expect(queries.length, sheet.file).toBe(countOf(file));
      for (const query of queries)
        expect(query.text, `${sheet.file} ${query.where}`).toBe(influxql(query.question));
    }
  });

  test('every query of the committed dashboards answers what the journal says, from InfluxDB and from the gateway', async () => {
    const { words, differences, mute } = await proof(committed, stage);
    console.log(words);
    expect(differences.slice(0, MOST_SHOWN)).toEqual([]);
    expect(mute).toEqual([]);
  }, 480_000);

  test('and so do those that other devices and areas bring by themselves', async () => {
    const { words, differences, mute } = await proof(more, stage);
    console.log(words);
    expect(differences.slice(0, MOST_SHOWN)).toEqual([]);
    expect(mute).toEqual([]);
  }, 480_000);

  test.each(SPOILS)('a query that %s would be found, on both', async (_, wrong, right) => {
    const { sheet, file } = filed('device-cold-room-controller.json');
    const text = JSON.stringify(file);
    expect(text).toContain(JSON.stringify(right).slice(1, -1));
    const spoiled = text.replaceAll(JSON.stringify(right).slice(1, -1), JSON.stringify(wrong).slice(1, -1));
    const { differences } = await proof([{ sheet, file: JSON.parse(spoiled) }], stage);
    expect(differences.some((difference) => difference.includes(stage.influx.name))).toBe(true);
    expect(differences.some((difference) => difference.includes(stage.gateway.name))).toBe(true);
  });

  test('alarms that an earlier version wrote into InfluxDB have no words for their numbers, and stand in the table', async () => {
    const standing = queriesOf(filed('alarms.json').sheet, filed('alarms.json').file)[0];
    if (standing === undefined) throw new Error('no query');
    const { influx } = stage;
    const old = { ...influx, database: 'before' };
    await ask(influx, 'CREATE DATABASE before', 'POST');
    await fetch(`${influx.url}/write?db=${old.database}&precision=ms`, {
      ...{ method: 'POST', headers: { authorization: influx.authorization } },
      body: `alarm,site=${stage.site.id},area=a,device=d,point=p,rule=high,kind=limit,severity=critical,type=raised alarm="a-1",state="unacknowledged",standing=1,rank=3,text="偏高",text_en="high",worst=9.5,limit=8 1795000000123`,
    });
    const all = { multi: true, chosen: { all: '.*' } };
    const variables = [
      { name: 'site', multi: false, chosen: [stage.site.id] },
      ...['area', 'device'].map((name) => ({ name, ...all })),
    ];
    const [series] = await ask(old, sent(standing, { name: '', range: { from: 0, to: 1 }, variables }));
    const [row] = series?.values ?? [];
    const cells = Object.fromEntries((series?.columns ?? []).map((name, index) => [name, row?.[index]]));
    expect(cells).toMatchObject({
      text: '偏高',
      standing: 1,
      state: null,
      worst: null,
      limit: null,
    });
  });

  test('the day has what the tables of what stands must tell apart: older occurrences that were taken, and quiet ones', () => {
    const rows = (stage.rows.get('alarm') ?? []).flatMap((lane) => lane.rows).map(({ fields }) => fields);
    const besides = rows.filter(({ state, standing }) => state === 'normal' && standing === 1);
    expect(besides.length).toBeGreaterThan(0);
    expect(rows.some(({ standing }) => standing === 2)).toBe(true);
  });

  test('one value of the day that is another in the journal would be found', async () => {
    const [reading] = stage.rows.get('mass')?.[0]?.rows ?? [];
    const value = Number(reading?.fields['value']);
    const rows = new Map(stage.rows);
    const other = (row: Row): Row =>
      row === reading ? { ...row, fields: { ...row.fields, value: value + 0.001 } } : row;
    rows.set(
      'mass',
      (stage.rows.get('mass') ?? []).map((lane) => ({ ...lane, rows: lane.rows.map(other) })),
    );
    const { differences } = await proof([filed('device-waste-scale.json')], { ...stage, rows });
    for (const { name } of [stage.influx, stage.gateway])
      expect(differences).toContainEqual(expect.stringMatching(`${name}: mass{.* instead of \\[`));
  });

  test.skipIf(browserPath === undefined)(
    'what comes back is drawn, a picture of each dashboard, to be looked at in test/out/grafana',
    async () => {
      const drawn = await drawDashboards(shown, stage, PICTURES);
      const panels = shown.flatMap(({ file }) => file.panels.filter(({ type }) => type !== 'row'));
      expect(drawn.size).toBe(panels.length + shown.length);
      expect(await readdir(PICTURES)).toEqual(expect.arrayContaining([...drawn]));
    },
    480_000,
  );
});
