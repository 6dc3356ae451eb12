import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Reading } from '#model/reading';
import { HOUR, MINUTE, SECOND } from '#model/time';
import {
  administrator,
  goodReading,
  openAlarm,
  PASSWORD,
  startGateway,
  type TestGateway,
  userWithRole,
} from '../kit/api-gateway.ts';
import { apiSite, POINT } from '../kit/api-site.ts';
import { browserPath, buildPage, launchBrowser, openPage } from '../kit/browser-page.ts';
import { freePort } from '../kit/free-port.ts';

describe.skipIf(browserPath === undefined)('the page', () => {
  let built: Awaited<ReturnType<typeof buildPage>>;
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  let gateway: TestGateway;
  const closers: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    built = await buildPage();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await built.remove();
  });
  beforeEach(async () => {
    gateway = await startGateway({ webDir: built.webDir });
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
    await gateway.stop();
  });

  async function visit(options: Parameters<typeof openPage>[1] = {}) {
    const opened = await openPage(browser, options);
    closers.push(() => opened.context.close());
    await opened.page.goto(gateway.url);
    return opened;
  }

  async function logIn(page: Page, name = 'admin', password = PASSWORD): Promise<void> {
    await page.getByLabel('用户名').fill(name);
    await page.getByLabel('密码').fill(password);
    await page.getByRole('button', { name: '登录' }).click();
  }

  /** Logged in as the administrator, with the board before them. */
  async function board(options: Parameters<typeof openPage>[1] = {}) {
    await administrator(gateway);
    const opened = await visit(options);
    await logIn(opened.page);
    await opened.page.getByRole('heading', { name: '一号疫苗冰箱' }).waitFor();
    return opened;
  }

  const row = (page: Page, point: string) => page.locator(`a[href="#/point/${encodeURIComponent(point)}"]`);
  const badReading = (at: number): Reading => ({
    point: POINT,
    at,
    value: null,
    quality: 'bad',
    reason: 'sensor-fault',
  });

  test('asks for the one-time password to be changed before it shows anything', async () => {
    const { page, complaints } = await visit();
    await logIn(page, 'admin', gateway.first?.password);
    await page.getByRole('heading', { name: '设置新密码' }).waitFor();
    await page.getByLabel('当前（一次性）密码').fill(gateway.first?.password ?? '');
    await page.getByLabel('新密码', { exact: true }).fill(PASSWORD);
    await page.getByLabel('再次输入新密码').fill('something else');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('两次输入的新密码不同').waitFor();
    await page.getByLabel('再次输入新密码').fill(PASSWORD);
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByRole('heading', { name: '预防接种门诊' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: '预防接种门诊' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('says in words that a password is wrong', async () => {
    const { page } = await visit();
    await logIn(page, 'admin', 'wrong');
    await page.getByRole('alert').getByText('用户名或密码错误').waitFor();
  });

  test('shows values as they change, and never a number for a failed read', async () => {
    gateway.live.set(goodReading(4.2, Date.now()));
    const { page, complaints } = await board();
    await row(page, POINT).getByText('4.2').waitFor();
    expect(await row(page, POINT).innerText()).toContain('正常');
    gateway.live.set(goodReading(-18.44, Date.now()));
    await row(page, POINT).getByText('−18.4').waitFor();
    gateway.live.set(badReading(Date.now()));
    await row(page, POINT).getByText('传感器故障').waitFor();
    expect(await row(page, POINT).innerText()).toMatch(/无有效值/);
    expect(await row(page, POINT).locator('data').innerText()).toBe('—');
    expect(complaints).toEqual([]);
  });

  test('marks an old value as old, and a point that never spoke as without data', async () => {
    gateway.live.set(goodReading(4.2, Date.now() - 10 * MINUTE));
    const { page } = await board();
    await expect.poll(() => row(page, POINT).innerText()).toMatch(/已过时.*10 分钟前/s);
    expect(await row(page, 'fridge-1.lower-temp').innerText()).toContain('尚无数据');
  });

  test('says why a device is down', async () => {
    const { page } = await board();
    gateway.devices.set({
      device: 'fridge-2',
      up: false,
      why: '连接被拒绝 (refused)',
      since: Date.now(),
      roundTrip: null,
    });
    await page.getByText('设备离线 连接被拒绝 (refused)').waitFor();
  });

  test('brings an alarm on top at once, and takes an acknowledgement with a comment', async () => {
    gateway.live.set(goodReading(9.4, Date.now()));
    const { page, complaints } = await board();
    await page.getByText('当前没有报警').waitFor();
    gateway.alarms.raise(openAlarm('a1', Date.now()));
    const strip = page.getByRole('region', { name: '未结束的报警' });
    await strip.getByText('上层温度 偏高').waitFor();
    expect(await row(page, POINT).innerText()).toContain('严重');
    gateway.live.set(goodReading(11.2, Date.now()));
    await strip.getByText('11.2 °C').waitFor();
    gateway.live.set(goodReading(9.8, Date.now()));
    await strip.getByText('9.8 °C').waitFor();
    await strip.getByRole('link').click();
    const sheet = page.getByRole('dialog');
    await sheet.getByText('> 8.0 °C').waitFor();
    expect(await sheet.innerText()).toMatch(/当前值\s+9\.8 °C 查看趋势\s+触发值 8\.4 °C · 最差 11\.2 °C/);
    expect(await sheet.innerText()).toContain('依据 疫苗储存和运输管理规范(2017年版) 第十一条');
    expect(await sheet.innerText()).toContain('检查门和压缩机');
    await sheet.getByLabel('处理说明').fill('门未关好,已关闭');
    await sheet.locator('form').getByRole('button', { name: '确认' }).click();
    await sheet.getByText('门未关好,已关闭').waitFor();
    await sheet.getByText('已确认').first().waitFor();
    await page.keyboard.press('Escape');
    await strip.getByText('已确认').waitFor();
    expect(gateway.alarms.open()[0]?.acknowledged).toMatchObject({ by: 'admin', comment: '门未关好,已关闭' });
    gateway.alarms.clear('a1');
    await page.getByText('当前没有报警').waitFor();
    expect(complaints).toEqual([]);
  });

  test('puts the critical alarm first, and shelves one with a reason', async () => {
    const warning = { ...openAlarm('w', 0).rule, severity: 'warning' as const };
    const { page } = await board();
    gateway.alarms.raise(openAlarm('c', Date.now() - MINUTE));
    gateway.alarms.raise(openAlarm('w', Date.now(), { point: 'fridge-2.upper-temp', rule: warning }));
    const rows = page.getByRole('region', { name: '未结束的报警' }).getByRole('link');
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.first().innerText()).toContain('严重');
    await rows.last().click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('button', { name: '搁置' }).click();
    await sheet.getByLabel('搁置原因').fill('除霜');
    await sheet.locator('form').getByRole('button', { name: '搁置', exact: true }).click();
    await expect
      .poll(() => gateway.alarms.open().find(({ id }) => id === 'w')?.shelvedUntil)
      .toBeGreaterThan(Date.now());
  });

  test('calls a limit that no source shows a default', async () => {
    const rule = {
      ...openAlarm('m', 0).rule,
      basis: { document: 'GB 39707-2020', certainty: 'M+' as const },
    };
    const { page } = await board();
    gateway.alarms.raise(openAlarm('m', Date.now(), { rule }));
    await page.getByRole('region', { name: '未结束的报警' }).getByRole('link').click();
    await page.getByRole('dialog').getByText('默认值 (GB 39707-2020)').waitFor();
    expect(await page.getByRole('dialog').innerText()).not.toContain('依据');
  });

  test('lets a viewer look at an alarm and not touch it', async () => {
    await userWithRole(gateway, 'viewer');
    const { page } = await visit();
    await logIn(page, 'viewer-1');
    gateway.alarms.raise(openAlarm('v', Date.now()));
    await page.getByRole('region', { name: '未结束的报警' }).getByRole('link').click();
    await page.getByRole('dialog').getByText('您的权限只能查看').waitFor();
    expect(await page.getByRole('dialog').locator('form').count()).toBe(0);
  });

  test('draws the trend of a point with its limits, and tells gaps and bad readings', async () => {
    const now = Date.now();
    const times = Array.from({ length: 300 }, (_, index) => now - 300 * 10 * SECOND + index * 10 * SECOND);
    const kept = times.filter((at) => at < now - 30 * MINUTE || at > now - 20 * MINUTE);
    await gateway.journal.append([
      ...kept.map((at) => goodReading(4 + Math.sin(at / 9e5), at)),
      badReading(now - HOUR + 1),
    ]);
    gateway.journal.gaps = [
      { point: POINT, from: now - 8 * HOUR, to: now - HOUR, missing: 0, cause: 'not-configured' },
      { point: POINT, from: now - 30 * MINUTE, to: now - 20 * MINUTE, missing: 60, cause: 'gateway-stopped' },
    ];
    const missing = { 'power-lost': 20, silent: 6 };
    const day = { from: now - HOUR, expected: 8640, stored: 8614, bad: 1, extra: 0, missing };
    gateway.journal.ledger = { hours: [day], gaps: [], unbalanced: [] };
    gateway.live.set(goodReading(4.5, now));
    const { page, complaints } = await board();
    await row(page, POINT).click();
    await page.getByRole('img', { name: '上层温度' }).locator('canvas').waitFor();
    expect(await page.getByRole('main').innerText()).toMatch(/无效 1/);
    expect(await page.getByRole('main').innerText()).toMatch(/缺失 60/);
    await page.getByText('网关正常停机').waitFor();
    await page.getByText('未配置', { exact: false }).waitFor();
    // Rounded down: 99.699 % is not 99.7 %.
    await page
      .getByText('数据完整率（24 小时） 99.6 % · 缺失 20 网关断电或系统重启 · 缺失 6 设备无数据')
      .waitFor();
    for (const span of ['1 小时', '24 小时', '30 天']) {
      await page.getByRole('button', { name: span }).click();
      await page.getByRole('button', { name: span, pressed: true }).waitFor();
      await page.getByRole('img', { name: '上层温度' }).locator('canvas').waitFor();
    }
    await expect.poll(() => inkOf(page)).toBeGreaterThan(1000);
    expect(complaints).toEqual([]);
  });

  /** Pixels of the plot that are not empty. */
  const inkOf = (page: Page): Promise<number> =>
    page.locator('.plot canvas').evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const pixels =
        (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
      return pixels.filter((value, index) => index % 4 === 3 && value > 0).length;
    });

  test('asks for the trend anew as it grows', async () => {
    const now = Date.now();
    await gateway.journal.append([goodReading(4, now - MINUTE)]);
    const { page } = await board();
    await page.clock.install();
    await row(page, POINT).click();
    const count = page.locator('.trend .tally b').first();
    await expect.poll(() => count.innerText()).toBe('1');
    await gateway.journal.append([goodReading(4, Date.now())]);
    await page.clock.runFor(11 * SECOND);
    await expect.poll(() => count.innerText()).toBe('2');
  });

  test('shows a trend that takes longer than it is until it is asked for anew', async () => {
    const { page } = await board();
    await page.clock.install();
    const held: (() => Promise<void>)[] = [];
    await page.route('**/api/v1/gaps?*', (route) => void held.push(() => route.continue()));
    await row(page, POINT).click();
    await expect.poll(() => held.length).toBe(1);
    await page.clock.runFor(11 * SECOND);
    await expect.poll(() => held.length).toBe(2);
    await held[0]?.();
    await page.locator('.trend .tally').waitFor();
  });

  test('lists the alarms that are over', async () => {
    const { page } = await board();
    gateway.alarms.raise(
      openAlarm('old', Date.now() - HOUR, { state: 'normal', clearedAt: Date.now() - MINUTE }),
    );
    await page.getByRole('link', { name: '报警' }).first().click();
    await page.getByRole('main').getByText('已结束').waitFor();
  });

  test('lists an alarm that is raised while one looks', async () => {
    const { page } = await board();
    // As in the second before the page looks at its clock again.
    await page.clock.setFixedTime(Date.now());
    await page.getByRole('link', { name: '报警' }).first().click();
    await page.getByText('此时间范围内没有报警').waitFor();
    gateway.alarms.raise(openAlarm('new', Date.now(), { raisedAt: Date.now() }));
    await page.getByRole('main').getByText('上层温度 偏高').waitFor();
  });

  test('speaks English by a switch, and remembers it', async () => {
    const { page } = await board();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Vaccine fridge 1' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Vaccination clinic' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('heading', { name: '预防接种门诊' }).waitFor();
  });

  test('says unmistakably that the connection is lost and the values are old, and recovers', async () => {
    await gateway.stop();
    // A port that nobody can be given while the gateway is down.
    const site = { ...apiSite, http: { host: '127.0.0.1', port: await freePort() } };
    gateway = await startGateway({ webDir: built.webDir, site });
    gateway.live.set(goodReading(4.2, Date.now()));
    const { page } = await board();
    await row(page, POINT).getByText('正常').waitFor();
    await gateway.stop(true);
    await page.getByRole('alert').getByText('连接已中断').waitFor();
    expect(await row(page, POINT).innerText()).toContain('已过时');
    gateway = await startGateway({ webDir: built.webDir, dir: gateway.dir, site });
    gateway.live.set(goodReading(5.5, Date.now()));
    await row(page, POINT).getByText('5.5').waitFor();
    expect(await page.getByText('连接已中断').count()).toBe(0);
  });

  test('goes back to the log-in when the session has ended', async () => {
    const { page } = await board();
    await page.getByRole('button', { name: '退出' }).click();
    await page.getByRole('heading', { name: '登录' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: '登录' }).waitFor();
  });

  const sizes = [
    { width: 360, height: 740 },
    { width: 1280, height: 800 },
    { width: 1920, height: 1080 },
  ];
  test.each(sizes)(
    'fits $width px without a horizontal scroll bar, and every control is large enough',
    async (viewport) => {
      gateway.live.set(goodReading(4.2, Date.now()));
      gateway.alarms.raise(openAlarm('wide', Date.now()));
      const { page, complaints } = await board({ viewport });
      for (const [hash, there] of [
        ['#/board', '.board h1'],
        ['#/alarms', '.alarm-list .alarm-row'],
        ['#/point/fridge-1.upper-temp', '.point-view .plot canvas'],
        ['#/alarm/wide', 'dialog form'],
      ] as const) {
        await page.goto(`${gateway.url}/${hash}`);
        await page.locator(there).first().waitFor();
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, hash).toBeLessThanOrEqual(0);
        const small = await page.evaluate(() =>
          [
            ...document.querySelectorAll(
              'button:not(.skip), a.point-row, a.alarm-row, nav a, input, textarea',
            ),
          ]
            .filter((element) => element.getBoundingClientRect().height < 44)
            .map((element) => element.outerHTML.slice(0, 80)),
        );
        expect(small, hash).toEqual([]);
      }
      expect(complaints).toEqual([]);
    },
  );

  test('is worked by the keyboard alone', async () => {
    await administrator(gateway);
    gateway.alarms.raise(openAlarm('key', Date.now()));
    const { page } = await visit();
    await page.getByLabel('用户名').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('admin');
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: '未结束的报警' }).getByRole('link').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  const schemes = [{ colorScheme: 'light' as const }, { colorScheme: 'dark' as const }];
  test.each(schemes)('has a contrast of at least 4.5 in $colorScheme', async (options) => {
    gateway.live.set(goodReading(9.4, Date.now()), {
      ...badReading(Date.now()),
      point: 'fridge-1.lower-temp',
    });
    gateway.live.set(goodReading(9.4, Date.now() - HOUR, 'fridge-2.upper-temp'));
    gateway.alarms.raise(openAlarm('dim', Date.now()));
    const { page } = await board(options);
    await row(page, 'fridge-2.upper-temp').getByText('已过时').waitFor();
    const faint = await page.evaluate(faintTexts);
    expect(faint).toEqual([]);
  });
});

/** Runs in the page: every text whose contrast with its ground is below WCAG 2.2, 1.4.3. */
function faintTexts(): string[] {
  const parse = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const light = (colour: readonly number[]) => {
    const [r = 0, g = 0, b = 0] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element: Element | null): number[] => {
    if (element === null) return [255, 255, 255];
    const [r = 0, g = 0, b = 0, alpha = 1] = parse(getComputedStyle(element).backgroundColor);
    const below = alpha === 1 ? [0, 0, 0] : groundOf(element.parentElement);
    return [r, g, b].map((part, index) => part * alpha + (below[index] ?? 0) * (1 - alpha));
  };
  const texts = [...document.querySelectorAll('body *')].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()),
  );
  return texts.flatMap((element) => {
    const ink = light(parse(getComputedStyle(element).color).slice(0, 3));
    const ground = light(groundOf(element));
    const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    return contrast < 4.5 ? [`${element.className} ${element.textContent}: ${contrast.toFixed(2)}`] : [];
  });
}
