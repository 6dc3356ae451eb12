import { mkdirSync } from 'node:fs';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NewDelivery } from '#model/outbox';
import type { Person, Site } from '#model/site';
import { openAlarm, startGateway, type TestGateway } from '../kit/api-gateway.ts';
import { apiSite } from '../kit/api-site.ts';
import { browserPath, launchBrowser } from '../kit/browser-page.ts';
import { until } from '../kit/until.ts';

const li: Person = { id: 'li', name: '李工', language: 'zh', channels: [] };
const smith: Person = { id: 'smith', name: 'Dr. Smith', language: 'en', channels: [] };
/** Where pictures go; none when it is not set. */
const PICTURES = process.env['HYGATE_PICTURES'];

let browser: Browser;
let context: BrowserContext;
let gateway: TestGateway;

function told(over: Partial<NewDelivery>): string {
  const at = Date.now();
  const delivery = {
    key: 'k',
    event: 'raised',
    at,
    person: 'li',
    severity: 'critical',
    alarms: [],
    ...over,
  } as const;
  const link = gateway.links.issue(gateway.tellings.tell(delivery));
  return gateway.url + new URL(link ?? '').pathname;
}

async function opened(address: string) {
  const page = await context.newPage();
  await page.goto(address);
  const picture = async (name: string) => {
    if (PICTURES === undefined) return;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: `${PICTURES}/link-${name}.png`, fullPage: true });
  };
  return { page, picture };
}

describe.skipIf(browserPath === undefined)('the page of a link', () => {
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    const site: Site = { ...apiSite, people: [li, smith], pageUrl: 'http://gateway.example' };
    gateway = await startGateway({ site });
    // A small telephone, and no script at all: as in a chat program that allows none.
    context = await browser.newContext({ viewport: { width: 360, height: 640 }, javaScriptEnabled: false });
  });
  afterEach(async () => {
    await context.close();
    await gateway.stop();
  });

  test('a nurse with an old telephone acknowledges by the button, in her own language', async () => {
    const alarm = openAlarm('a-1', Date.now());
    gateway.alarms.raise(alarm);
    const { page, picture } = await opened(told({ alarms: [alarm] }));
    await picture('open');
    const button = page.getByRole('button', { name: '确认报警' });
    const box = await button.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.getByLabel('备注（可选）').fill('门没关好，已关');
    await button.click();
    await until('it says that it is done', () => page.getByText('✓ 您已确认').isVisible());
    await picture('done');
    expect(gateway.alarms.open()[0]?.acknowledged).toMatchObject({ by: '李工', comment: '门没关好，已关' });
    await page.reload();
    expect(await page.getByRole('button').count()).toBe(0);
  });

  test('a list in English, and a used link', async () => {
    const alarms = ['a-1', 'a-2'].map((id) => openAlarm(id, Date.now()));
    for (const alarm of alarms) gateway.alarms.raise(alarm);
    const address = told({ event: 'digest', person: 'smith', alarms });
    const { page, picture } = await opened(address);
    await picture('digest');
    const second = await opened(address);
    await page.getByRole('button', { name: 'Acknowledge 2 alarms' }).click();
    await until('it says that it is done', () => page.getByText('You have acknowledged it').isVisible());
    // Whoever had it open before presses, too.
    await second.page.getByRole('button').click();
    await until('it says that it was used', () => second.page.getByText('此链接已使用过').isVisible());
    await second.picture('used');
  });

  test('the regular test asks for one press', async () => {
    const { page, picture } = await opened(told({ event: 'test', severity: 'notice' }));
    await picture('test');
    await page.getByRole('button', { name: '确认收到' }).click();
    await until('it says that it is done', () => page.getByText('✓ 已确认收到').isVisible());
  });
});
