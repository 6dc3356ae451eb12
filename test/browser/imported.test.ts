import { mkdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ImportedHistory } from '#model/imported';
import { HOUR, MINUTE, SECOND } from '#model/time';
import { goodReading } from '../kit/api-gateway.ts';
import { apiSite, POINT } from '../kit/api-site.ts';
import { browserPath } from '../kit/browser-page.ts';
import { PageVisit } from '../kit/page-visit.ts';

const PICTURE = new URL('../out/page-imported.png', import.meta.url).pathname;

/** A value for each bucket asked for, up to a time. */
const importedUntil = (end: number): ImportedHistory => ({
  buckets: (_point, from, _to, every) => {
    const first = Math.floor(from / every) * every;
    const count = Math.max(0, Math.ceil((end - first) / every));
    const buckets = Array.from({ length: count }, (_, index) => {
      const value = 5 + Math.sin(index / 40);
      return { from: first + index * every, count: 1, bad: 0, min: value, mean: value, max: value };
    });
    return { every, buckets };
  },
});

describe.skipIf(browserPath === undefined)('imported values on the page', () => {
  let visit: PageVisit;
  beforeAll(async () => {
    mkdirSync(new URL('../out', import.meta.url), { recursive: true });
    visit = await PageVisit.begin();
  });
  afterAll(() => visit.end());
  afterEach(() => visit.leave());

  const open = async (imported: ImportedHistory) => {
    const now = Date.now();
    const gateway = await visit.gateway({ site: apiSite, more: () => ({ imported }) });
    for (let at = now - HOUR; at < now; at += 10 * SECOND) gateway.journal.rows.push(goodReading(4, at));
    return visit.open(`${gateway.url}/#/point/${POINT}`);
  };

  test('stand under the trend, drawn otherwise and said to be no record', async () => {
    const { page, complaints } = await open(importedUntil(Date.now() - 90 * MINUTE));
    await page.getByRole('button', { name: '8 小时' }).click();
    await page.getByText('导入数据，不作为记录').waitFor();
    await page.locator('.plot canvas').waitFor();
    await page.screenshot({ path: PICTURE });
    // What is counted below the trend are readings alone.
    expect(await page.locator('.trend .tally').first().textContent()).toContain('360');
    expect(complaints).toEqual([]);
  });

  test('that cannot be read take no reading from the page, and that is said', async () => {
    const broken = () => {
      throw new Error('unable to open database file');
    };
    const { page } = await open({ buckets: broken });
    await page.getByText('导入数据无法读取').waitFor();
    expect(await page.locator('.trend .tally').first().textContent()).toContain('360');
  });

  test('are not spoken of where nothing was imported', async () => {
    const { page } = await open(importedUntil(0));
    await page.locator('.trend .tally').first().waitFor();
    expect(await page.getByText('导入数据').count()).toBe(0);
  });
});
