import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import type { Rule } from '#model/rule';
import { HOUR, MINUTE } from '#model/time';
import { openAlarm, type TestGateway, userWithRole } from '../kit/api-gateway.ts';
import { high } from '../kit/api-site.ts';
import { browserPath } from '../kit/browser-page.ts';
import { PageVisit } from '../kit/page-visit.ts';

const warning: Rule = { ...high, severity: 'warning' };

describe.skipIf(browserPath === undefined)('the sheet of an alarm', () => {
  let visit: PageVisit;
  let gateway: TestGateway;

  beforeAll(async () => {
    visit = await PageVisit.begin();
  });
  afterAll(() => visit.end());
  beforeEach(async () => {
    gateway = await visit.gateway();
  });
  afterEach(() => visit.leave());

  const alarm = (id = 'a'): Alarm | undefined => gateway.alarms.open().find((open) => open.id === id);
  const raise = (more: Partial<Alarm> = {}, id = 'a') =>
    gateway.alarms.raise(openAlarm(id, Date.now(), more));
  const sheet = (page: Page) => page.getByRole('dialog');
  const press = (page: Page, name: string) =>
    sheet(page).getByRole('button', { name, exact: true }).first().click();
  const submit = (page: Page, name: string) =>
    sheet(page).locator('form').getByRole('button', { name, exact: true }).click();
  const opened = (options: Parameters<PageVisit['open']>[1] = {}) =>
    visit.open(`${gateway.url}/#/alarm/a`, options);

  test('an acknowledgement holds for as long as one says', async () => {
    raise();
    const { page, complaints } = await opened();
    await press(page, '15 分钟');
    await submit(page, '确认');
    await sheet(page)
      .getByText(/admin 已确认，有效至 ([-\d]+ )?\d\d:\d\d/)
      .waitFor();
    const left = (alarm()?.acknowledged?.until ?? 0) - Date.now();
    expect(left).toBeGreaterThan(14 * MINUTE);
    expect(left).toBeLessThanOrEqual(15 * MINUTE);
    expect(complaints).toEqual([]);
  });

  test('no time is offered that the site does not allow', async () => {
    raise({ rule: warning });
    const { page } = await opened();
    const choices = sheet(page).locator('fieldset').getByRole('button');
    await expect
      .poll(() => choices.allInnerTexts())
      .toEqual(['15 分钟', '30 分钟', '1 小时', '2 小时', '4 小时']);
    await press(page, '搁置');
    await expect.poll(async () => (await choices.allInnerTexts()).at(-1)).toBe('1 天');
  });

  test('a one-shot shelf says until when, who and why, and is taken back', async () => {
    raise({ rule: warning });
    const { page, complaints } = await opened();
    await press(page, '搁置');
    await press(page, '1 小时');
    await press(page, '恢复正常即结束');
    await sheet(page).getByLabel('搁置原因').fill('除霜');
    await submit(page, '搁置');
    await sheet(page)
      .getByText(/已搁置至 .*，或恢复正常为止 · admin：“除霜”/)
      .waitFor();
    expect(alarm()?.shelvedUntil).toBeGreaterThan(Date.now() + 59 * MINUTE);
    await press(page, '取消搁置');
    await submit(page, '取消搁置');
    await expect.poll(() => alarm()?.shelvedUntil).toBeNull();
    expect(complaints).toEqual([]);
  });

  test('a critical alarm is shelved by two: one asks, another grants', async () => {
    raise();
    const { page } = await opened();
    await press(page, '申请搁置');
    await sheet(page).getByLabel('搁置原因').fill('检修');
    await submit(page, '申请搁置');
    await sheet(page).getByText('admin 申请搁置至').waitFor();
    expect(await sheet(page).getByRole('button', { name: '批准搁置' }).count()).toBe(0);
    expect(alarm()?.shelvedUntil).toBeNull();
    await userWithRole(gateway, 'operator');
    const { page: other, complaints } = await opened({ user: 'operator-1' });
    await press(other, '批准搁置');
    await submit(other, '批准搁置');
    await sheet(other)
      .getByText(/admin 申请，operator-1 批准：“检修”/)
      .waitFor();
    expect(alarm()?.shelvedUntil).toBeGreaterThan(Date.now());
    expect(complaints).toEqual([]);
  });

  test('what latched is reset', async () => {
    raise({ state: 'latched', clearedAt: Date.now() });
    const { page } = await opened();
    await sheet(page).getByText('已恢复，待复位').waitFor();
    await sheet(page).getByLabel('说明').fill('已检查');
    await submit(page, '复位');
    await expect.poll(() => alarm()).toBeUndefined();
  });

  test('what the gateway refuses is told in plain words', async () => {
    raise({ rule: warning });
    const { page } = await opened();
    await press(page, '搁置');
    await press(page, '恢复正常即结束');
    await sheet(page).getByLabel('搁置原因').fill('除霜');
    await page.route('**/shelve', async (route) => {
      gateway.alarms.clear('a');
      await route.continue();
    });
    await submit(page, '搁置');
    await sheet(page).getByRole('alert').getByText('状态已变化，此操作不再适用').waitFor();
    expect(alarm()?.shelvedUntil).toBeNull();
    await page.unroute('**/shelve');
    const over = JSON.stringify({ code: 'alarm-over', detail: 'Alarm a is over.' });
    await page.route('**/comment', (route) =>
      route.fulfill({ status: 409, contentType: 'application/problem+json', body: over }),
    );
    await press(page, '备注');
    await sheet(page).getByLabel('备注内容').fill('x');
    await submit(page, '备注');
    await sheet(page).getByRole('alert').getByText('报警已结束').waitFor();
  });

  test('an answer that comes after a newer one tells of what was, and is dropped', async () => {
    raise();
    const { page } = await opened();
    await sheet(page).getByText('未确认').first().waitFor();
    const held = Promise.withResolvers<() => Promise<void>>();
    await page.route(
      '**/alarms/a',
      async (route) => {
        const response = await route.fetch();
        held.resolve(() => route.fulfill({ response }));
      },
      { times: 1 },
    );
    raise({ worst: 9.2 });
    const release = await held.promise;
    await gateway.alarms.act('a', 'li', { type: 'acknowledge', comment: '' });
    await sheet(page).getByText('li 已确认').first().waitFor();
    const answered = page.waitForResponse('**/alarms/a');
    await release();
    await (await answered).finished();
    await page.evaluate(() => new Promise(requestAnimationFrame));
    expect(await sheet(page).getByText('li 已确认').count()).toBeGreaterThan(0);
  });

  test('an explained alarm names the one that explains it, and leads there', async () => {
    raise({ point: 'fridge-1.power' }, 'power');
    raise({ suppressedBy: 'power' });
    const { page } = await opened();
    await sheet(page).getByText('被此报警抑制').getByRole('link').click();
    await sheet(page).getByRole('heading', { name: /市电/ }).waitFor();
    expect(page.url()).toContain('#/alarm/power');
  });

  test('a forecast says when, on the row and on the sheet', async () => {
    const rule: Rule = { ...high, kind: 'forecast', id: 'forecast-high', horizon: 2 * HOUR };
    raise({ rule, expectedAt: new Date(2026, 0, 1, 14, 5).getTime() });
    const { page } = await opened();
    await sheet(page)
      .getByText(/^(2026-)?01-01 14:05$/)
      .waitFor();
    await sheet(page).getByText('按目前趋势 2 小时内 > 8.0 °C').waitFor();
    await page.keyboard.press('Escape');
    await page
      .getByRole('region', { name: '未结束的报警' })
      .getByText(/^预计超限 (2026-)?01-01 14:05$/)
      .waitFor();
  });

  test('quiet alarms stand below, and are not in the red number', async () => {
    raise({ shelvedUntil: Date.now() + HOUR });
    raise({ suppressedBy: 'x', point: 'fridge-2.upper-temp' }, 'b');
    const { page } = await visit.open(`${gateway.url}/#/board`);
    const strip = page.getByRole('region', { name: '未结束的报警' });
    await strip.getByText('当前没有报警').waitFor();
    expect(await page.locator('.count').innerText()).toBe('0');
    expect(await strip.getByRole('link').count()).toBe(0);
    await strip.getByRole('button', { name: '静默 2' }).click();
    await strip.getByText('已搁置').waitFor();
    await strip.getByText('被另一报警抑制').waitFor();
    // Opened it may be longer than a phone: it scrolls away, and the next view begins without it.
    expect(await strip.evaluate((element) => getComputedStyle(element).position)).toBe('static');
    await page.getByRole('link', { name: '值班' }).click();
    await expect.poll(() => strip.getByRole('link').count()).toBe(0);
    raise({ rule: warning, point: 'fridge-2.lower-temp' }, 'c');
    await expect.poll(() => strip.getByRole('link').first().innerText()).toContain('警告');
    expect(await page.locator('.count.loud').innerText()).toBe('1');
  });

  test('who was told, when, by which way, and what the provider said', async () => {
    raise();
    const [told] = gateway.alarms.open();
    const at = Date.now();
    const message = { key: 'k', event: 'raised', at, person: 'li', severity: 'critical' } as const;
    gateway.tellings.tell({ ...message, alarms: told === undefined ? [] : [told] }, [
      { channel: 'wecom', at, result: 'rate-limited', answer: 'errcode 45009' },
      { channel: 'sms', at: at + 1, result: 'sent', answer: 'BizId 900619' },
    ]);
    const { page, complaints } = await opened();
    const row = sheet(page).locator('.tellings details');
    expect(await row.locator('summary').innerText()).toMatch(/li 报警 · sms\s*已发出/);
    await row.locator('summary').click();
    await row.getByText('errcode 45009').waitFor();
    await row.getByText('发送过快被限制').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a viewer sees how it stands and does nothing', async () => {
    await userWithRole(gateway, 'viewer');
    raise({ shelfAsk: { at: 1, by: 'li', until: Date.now() + HOUR, oneShot: false, comment: 'x' } });
    const { page } = await opened({ user: 'viewer-1' });
    await sheet(page).getByText('li 申请搁置至').waitFor();
    await sheet(page).getByText('您的权限只能查看').waitFor();
    expect(await sheet(page).locator('form').count()).toBe(0);
  });
});
