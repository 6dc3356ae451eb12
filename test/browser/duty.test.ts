import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HygateError } from '#model/errors';
import type { IndicatorState, Indicators } from '#model/indicator';
import { HOUR, MINUTE } from '#model/time';
import { goodReading, openAlarm, userWithRole } from '../kit/api-gateway.ts';
import { apiSite, POINT } from '../kit/api-site.ts';
import { browserPath } from '../kit/browser-page.ts';
import { PageVisit } from '../kit/page-visit.ts';

const site = {
  ...apiSite,
  people: [
    { id: 'li', name: '李工', language: 'zh', channels: [] },
    { id: 'wang', name: '王护士', language: 'zh', channels: [] },
  ] as const,
  rotas: [
    {
      ...{ id: 'nurses', name: '护士值班', begins: '2026-01-05', overlap: 0, substitutes: [], holidays: [] },
      shifts: [
        { id: 'day', name: '白班', from: 8 * 60, to: 20 * 60, weeks: [['li']] },
        { id: 'night', name: '夜班', from: 20 * 60, to: 8 * 60, weeks: [['wang']] },
      ],
    },
  ],
};

/** One lamp that remembers what it was asked. */
class Lamp implements Indicators {
  readonly asked: string[] = [];
  broken = false;
  #mutedUntil: number | null = null;

  list(): readonly IndicatorState[] {
    return [
      {
        ...{ name: 'ward', title: { zh: '声光报警器', en: 'Beacon' }, mutedUntil: this.#mutedUntil },
        ...{ scene: { unacknowledged: 'critical', active: 'critical' }, trouble: null },
      },
    ];
  }

  async mute(name: string, until: number, by: string): Promise<IndicatorState> {
    this.asked.push(`mute ${name} ${by}`);
    this.#mutedUntil = until;
    return this.#only();
  }

  async test(name: string, length: number, by: string): Promise<IndicatorState> {
    if (this.broken) throw new HygateError('indicator-unreachable', 'no answer');
    this.asked.push(`test ${name} ${length} ${by}`);
    return this.#only();
  }

  #only(): IndicatorState {
    const [only] = this.list();
    if (only === undefined) throw new Error('no lamp');
    return only;
  }
}

describe.skipIf(browserPath === undefined)('duties', () => {
  let visit: PageVisit;

  beforeAll(async () => {
    visit = await PageVisit.begin();
  });
  afterAll(() => visit.end());
  afterEach(() => visit.leave());

  test('who is on call stands in the header, and until when and who is next in the view', async () => {
    const gateway = await visit.gateway({ site });
    const { page, complaints } = await visit.open(gateway.url);
    const link = page.getByRole('navigation').getByRole('link', { name: /值班/ });
    await link.getByText(/李工|王护士/).waitFor();
    await link.click();
    await page.getByRole('heading', { name: /护士值班 (白班|夜班)/ }).waitFor();
    const text = await page.getByRole('main').innerText();
    expect(text).toMatch(/(李工\s+至 .*接班: 王护士 夜班)|(王护士\s+至 .*接班: 李工 白班)/s);
    expect(complaints).toEqual([]);
  });

  test('a site without a rota and without a lamp says so', async () => {
    const gateway = await visit.gateway();
    const { page } = await visit.open(`${gateway.url}/#/duty`);
    await page.getByText('本站点未设置值班表').waitFor();
    expect(await page.getByRole('heading', { name: '现场声光' }).count()).toBe(0);
  });

  test('a lamp is muted and tried, and says when it does not do as it should', async () => {
    const lamp = new Lamp();
    const gateway = await visit.gateway({ more: () => ({ indicators: lamp }) });
    const { page } = await visit.open(`${gateway.url}/#/duty`);
    await page.getByText('严重 · 未确认').waitFor();
    await page.getByRole('button', { name: '静音 15 分钟' }).click();
    await page.getByText(/静音至 \d/).waitFor();
    await page.getByRole('button', { name: '测试 5 秒' }).click();
    await expect.poll(() => lamp.asked).toEqual(['mute ward admin', 'test ward 5000 admin']);
    lamp.broken = true;
    await page.getByRole('button', { name: '测试 5 秒' }).click();
    await page.getByRole('alert').getByText('声光报警器没有按要求动作').waitFor();
  });

  test('a viewer sees the lamp and does not touch it', async () => {
    const gateway = await visit.gateway({ more: () => ({ indicators: new Lamp() }) });
    await userWithRole(gateway, 'viewer');
    const { page } = await visit.open(`${gateway.url}/#/duty`, { user: 'viewer-1' });
    await page.getByText('严重 · 未确认').waitFor();
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  });

  test('a point is taken out of service with a reason and put back; meanwhile it is never normal', async () => {
    const gateway = await visit.gateway();
    gateway.live.set(goodReading(4.2, Date.now()));
    const { page, complaints } = await visit.open(`${gateway.url}/#/point/${POINT}`);
    await page.getByText('停用此测点').first().click();
    await page.getByRole('button', { name: '4 小时', exact: true }).click();
    await page.getByLabel('停用原因').fill('送检');
    await page.getByRole('button', { name: '停用此测点' }).click();
    await page.getByText(/测点停用至 .* · admin：“送检”/).waitFor();
    const [service] = gateway.alarms.outOfService();
    expect((service?.until ?? 0) - Date.now()).toBeGreaterThan(3 * HOUR + 59 * MINUTE);
    await page.getByRole('link', { name: '总览', exact: true }).click();
    const row = page.locator(`a[href="#/point/${POINT}"]`);
    expect(await row.innerText()).toMatch(/停用/);
    expect(await row.innerText()).not.toMatch(/正常/);
    await page.getByText('1 停用').waitFor();
    await row.click();
    await page.getByRole('button', { name: '恢复使用' }).click();
    await page.getByText('停用此测点').first().waitFor();
    expect(gateway.alarms.outOfService()).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('a viewer sees that a point is out of service and why', async () => {
    const gateway = await visit.gateway();
    await userWithRole(gateway, 'viewer');
    const away = { type: 'out-of-service', until: Date.now() + HOUR, comment: '送检' } as const;
    await gateway.alarms.serve(POINT, 'li', away);
    const { page } = await visit.open(`${gateway.url}/#/point/${POINT}`, { user: 'viewer-1' });
    await page.getByText(/测点停用至 .* · li：“送检”/).waitFor();
    expect(await page.getByRole('button', { name: '恢复使用' }).count()).toBe(0);
  });

  test('what nobody silences alone an operator does not take out of service, but anything else', async () => {
    const gateway = await visit.gateway();
    await userWithRole(gateway, 'operator');
    const { page } = await visit.open(`${gateway.url}/#/point/${POINT}`, { user: 'operator-1' });
    await page.getByText('仅管理员可停用').waitFor();
    expect(await page.getByText('停用此测点').count()).toBe(0);
    await page.goto(`${gateway.url}/#/point/fridge-1.door`);
    await page.getByText('停用此测点').first().waitFor();
  });

  const sizes = [
    { width: 390, height: 844 },
    { width: 1920, height: 1080 },
  ];
  test.each(sizes)('everything fits $width px and can be touched', async (viewport) => {
    const gateway = await visit.gateway({ site, more: () => ({ indicators: new Lamp() }) });
    gateway.alarms.raise(
      openAlarm('a', Date.now(), { rule: { ...openAlarm('a', 0).rule, severity: 'warning' } }),
    );
    const { page } = await visit.open(gateway.url, { viewport });
    for (const [hash, heading, open] of [
      ['#/duty', '声光报警器', null],
      [`#/point/${POINT}`, '上层温度', '停用此测点'],
      ['#/alarm/a', '上层温度', '搁置'],
    ] as const) {
      await page.goto(`${gateway.url}/${hash}`);
      await page
        .getByRole(hash === '#/alarm/a' ? 'dialog' : 'main')
        .getByRole('heading', { name: heading })
        .waitFor();
      if (open !== null) await page.getByText(open, { exact: true }).first().click();
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, hash).toBeLessThanOrEqual(0);
      const small = await page.evaluate(() =>
        [...document.querySelectorAll('button:not(.skip), summary, nav a, textarea')]
          .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 44)
          .map((element) => element.outerHTML.slice(0, 80)),
      );
      expect(small, hash).toEqual([]);
    }
  });
});
