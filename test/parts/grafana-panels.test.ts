import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadPlugins } from '../../gateway/plugins.ts';
import { dashboardsOf, sheetText } from '../../grafana/dashboards.ts';
import { influxql, tagValuesInfluxql } from '../../grafana/influxql.ts';
import { type DayStage, openDay } from '../grafana/day-stage.ts';
import { countOf, type PanelQuery, queriesOf } from '../grafana/panel-queries.ts';
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
  more = dashboardsOf({ site, drivers, language: 'en' })
    .filter(({ file }) => !names.has(file))
    .map((sheet) => ({ sheet, file: JSON.parse(sheetText(sheet)) }));
  stage = await openDay(site, dir);
}, 240_000);
afterAll(async () => {
  await stage?.stop();
  if (dir !== undefined) await rm(dir, { recursive: true, force: true });
});

const textOf = ({ question }: PanelQuery): string =>
  'measurement' in question ? influxql(question) : tagValuesInfluxql(question);

describe.skipIf(without('influxd'))('a day of a hospital', () => {
  test('every file of grafana/out is a dashboard, and each of its queries is the text of a question', async () => {
    expect(committed.map(({ sheet }) => sheet.file).toSorted()).toEqual((await readdir(OUT)).toSorted());
    for (const { sheet, file } of [...committed, ...more]) {
      const queries = queriesOf(sheet, file);
      expect(queries.length, sheet.file).toBe(countOf(file));
      for (const query of queries) expect(query.text, `${sheet.file} ${query.where}`).toBe(textOf(query));
    }
  });

  test('every query of the committed dashboards answers what the journal says, from InfluxDB and from the gateway', async () => {
    const { words, differences, mute } = await proof(committed, stage);
    console.log(words);
    expect(differences.slice(0, MOST_SHOWN)).toEqual([]);
    expect(mute).toEqual([]);
  }, 240_000);

  test('and so do those that other devices and areas bring by themselves', async () => {
    const { words, differences, mute } = await proof(more, stage);
    console.log(words);
    expect(differences.slice(0, MOST_SHOWN)).toEqual([]);
    expect(mute).toEqual([]);
  }, 240_000);

  test.skipIf(browserPath === undefined)(
    'what comes back is drawn, a picture of each dashboard, to be looked at in test/out/grafana',
    async () => {
      const drawn = await drawDashboards(committed, stage, PICTURES);
      const files = await readdir(PICTURES);
      expect(files.filter((file) => file.endsWith('.svg'))).toHaveLength(drawn);
      expect(files.filter((file) => file.endsWith('.png'))).toHaveLength(committed.length);
    },
    240_000,
  );
});
