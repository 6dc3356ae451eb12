import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser } from '../../kit/browser-page.ts';
import { ask } from '../backend.ts';
import type { DayStage } from '../day-stage.ts';
import { type PanelQuery, queriesOf, type Setting, sent } from '../panel-queries.ts';
import type { Filed } from '../proof.ts';
import type { PanelJson } from '../schema-check.ts';
import { settingsOf } from '../settings.ts';
import type { Returned } from './frame.ts';
import { panelPicture } from './panel-picture.ts';

/** Pixels of Grafana's grid. */
const COLUMN = 66;
const LINE = 38;

/** Each panel as an SVG, and each dashboard as one PNG, into a folder: the whole day, from the gateway. */
export async function drawDashboards(
  dashboards: readonly Filed[],
  stage: DayStage,
  out: string,
): Promise<ReadonlySet<string>> {
  await mkdir(out, { recursive: true });
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 24 * COLUMN + 16, height: 800 } });
  const written = new Set<string>();
  const keep = async (file: string, content: string | Uint8Array) => {
    written.add(file);
    await writeFile(join(out, file), content);
  };
  for (const filed of dashboards) {
    const [setting] = settingsOf(filed.file, stage);
    if (setting === undefined) continue;
    const queries = queriesOf(filed.sheet, filed.file);
    const name = filed.sheet.file.replace('.json', '');
    const pictures: string[] = [];
    for (const panel of filed.file.panels) {
      const svg = await pictureOf(panel, queries, setting, stage);
      pictures.push(placed(panel, svg));
      if (panel.type === 'row') continue;
      await keep(`${name}-${String(panel['id']).padStart(2, '0')}.svg`, svg);
    }
    await page.setContent(sheetHtml(String(filed.file['title']), pictures, filed.file.panels));
    await keep(`${name}.png`, await page.screenshot({ fullPage: true }));
  }
  await browser.close();
  for (const file of await readdir(out)) if (!written.has(file)) await rm(join(out, file));
  return written;
}

async function pictureOf(
  panel: PanelJson,
  queries: readonly PanelQuery[],
  setting: Setting,
  { gateway }: DayStage,
): Promise<string> {
  const { w, h } = gridOf(panel);
  if (panel.type === 'row') return '';
  const returned: Returned[] = [];
  for (const query of queries.filter((each) => each.panel === panel)) {
    const series = await ask(gateway, sent(query, setting));
    const target = targetOf(panel, query.refId);
    returned.push({ refId: query.refId, format: target.resultFormat, alias: target.alias, series });
  }
  return panelPicture(panel, returned, { width: w * COLUMN, height: h * LINE, range: setting.range });
}

interface TargetJson {
  readonly refId: string;
  readonly resultFormat: string;
  readonly alias?: string;
}

function targetOf(panel: PanelJson, refId: string): TargetJson {
  const found = (panel['targets'] as readonly TargetJson[]).find((target) => target.refId === refId);
  if (found === undefined) throw new Error(`no target ${refId} in ${panel['title']}`);
  return found;
}

const gridOf = (panel: PanelJson) =>
  panel['gridPos'] as { readonly x: number; readonly y: number; readonly w: number; readonly h: number };

function placed(panel: PanelJson, svg: string): string {
  const { x, y } = gridOf(panel);
  const content = panel.type === 'row' ? `<h2>${panel['title']}</h2>` : svg;
  return `<div style="position:absolute;left:${x * COLUMN + 8}px;top:${y * LINE + 48}px">${content}</div>`;
}

function sheetHtml(title: string, pictures: readonly string[], panels: readonly PanelJson[]): string {
  const bottom = Math.max(...panels.map((panel) => gridOf(panel).y + gridOf(panel).h)) * LINE + 60;
  return `<!doctype html><meta charset="utf-8">
<style>body{margin:0;height:${bottom}px;background:#f4f5f5;font-family:"Noto Sans CJK SC",sans-serif}
h1{font-size:18px;margin:0;padding:10px}h2{font-size:14px;margin:8px 4px}</style>
<h1>${title}</h1>${pictures.join('\n')}`;
}
