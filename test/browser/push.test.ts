import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PushFolder } from '../../alerts/channels/web-push/push-folder.ts';
import { administrator, PASSWORD, startGateway } from '../kit/api-gateway.ts';
import { browserPath, buildPage, launchBrowser, openPage } from '../kit/browser-page.ts';
import { until } from '../kit/until.ts';

/*
 * A real Chromium cannot reach its push service from here: what is pushed is handed to the service worker by the
 * debugger instead, decrypted. What comes before (encryption, signature) is in parts/channel-web-push.test.ts.
 */

interface Shown {
  readonly title: string;
  readonly body: string;
  readonly page: string;
}

describe.skipIf(browserPath === undefined)('notifications of the browser', () => {
  let built: Awaited<ReturnType<typeof buildPage>>;
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  const closers: (() => unknown)[] = [];

  beforeAll(async () => {
    built = await buildPage();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await built.remove();
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  /** Logged in, on a site with web push or without. */
  async function board(push: boolean) {
    const dir = await mkdtemp(join(tmpdir(), 'hygate-push-'));
    closers.push(() => rm(dir, { recursive: true, force: true }));
    const folder = new PushFolder(dir, ['push.example']);
    const gateway = await startGateway({
      webDir: built.webDir,
      more: () => ({ push: push ? folder : null }),
    });
    closers.push(() => gateway.stop());
    await administrator(gateway);
    const { page, context } = await openPage(browser, { permissions: ['notifications'] });
    closers.push(() => context.close());
    await page.goto(gateway.url);
    await page.getByLabel('用户名').fill('admin');
    await page.getByLabel('密码').fill(PASSWORD);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('heading', { name: '一号疫苗冰箱' }).waitFor();
    return { page, context, gateway, folder };
  }

  const shownOn = (page: Page): Promise<Shown[]> =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      const notes = await registration.getNotifications();
      return notes.map(({ title, body, data }) => ({ title, body, page: data.page }));
    });

  test('a site without web push offers none', async () => {
    const { page } = await board(false);
    expect(await page.getByTitle('在此设备上通知我').count()).toBe(0);
  });

  test('where the push service cannot be reached, the switch says so and nobody is signed up', async () => {
    const { page, folder } = await board(true);
    await page.getByRole('button', { name: '通知：关' }).click();
    await page.getByRole('button', { name: '无法开启通知' }).waitFor();
    expect(folder.devicesOf('admin')).toEqual([]);
  });

  test('what is pushed is shown with its words, and a repeat takes the place of the first', async () => {
    const { page, context, gateway } = await board(true);
    await page.evaluate(async () => {
      await navigator.serviceWorker.register('./sw.js');
      await navigator.serviceWorker.ready;
    });
    const debug = await context.newCDPSession(page);
    const registrations: { readonly registrationId: string }[] = [];
    debug.on('ServiceWorker.workerRegistrationUpdated', (event) =>
      registrations.push(...event.registrations),
    );
    await debug.send('ServiceWorker.enable');
    const { registrationId } = await until('the worker is registered', () => registrations[0]);
    const push = (note: object) =>
      debug.send('ServiceWorker.deliverPushMessage', {
        ...{ origin: gateway.url, registrationId },
        data: JSON.stringify({ key: 'a', severity: 'critical', language: 'zh', page: '#/alarm/a', ...note }),
      });
    await push({ title: '[严重] 一号冰箱 温度 偏高', body: '数值：9.2 °C' });
    const first = await until('it is shown', async () => (await shownOn(page))[0]);
    expect(first).toEqual({ title: '[严重] 一号冰箱 温度 偏高', body: '数值：9.2 °C', page: '#/alarm/a' });
    await push({ title: '[严重] 一号冰箱 温度 偏高', body: '重复' });
    await until('the repeat is shown', async () => (await shownOn(page)).some(({ body }) => body === '重复'));
    expect(await shownOn(page)).toHaveLength(1);
    await push({ key: 'b', title: '[恢复] 一号冰箱', body: '' });
    await until('both are shown', async () => (await shownOn(page)).length === 2);
  });
});
