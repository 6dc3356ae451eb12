import { administrator, PASSWORD, startGateway, type TestGatewayOptions } from './api-gateway.ts';
import { buildPage, launchBrowser, openPage } from './browser-page.ts';

/** The page in a real browser over gateways in memory: one build and one browser for all tests of a file. */
export class PageVisit {
  readonly #built: Awaited<ReturnType<typeof buildPage>>;
  readonly #browser: Awaited<ReturnType<typeof launchBrowser>>;
  readonly #closers: (() => Promise<unknown>)[] = [];

  constructor(
    built: Awaited<ReturnType<typeof buildPage>>,
    browser: Awaited<ReturnType<typeof launchBrowser>>,
  ) {
    this.#built = built;
    this.#browser = browser;
  }

  static async begin(): Promise<PageVisit> {
    return new PageVisit(await buildPage(), await launchBrowser());
  }

  async end(): Promise<void> {
    await this.#browser.close();
    await this.#built.remove();
  }

  /** Closes what the last test opened. */
  async leave(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }

  async gateway(options: TestGatewayOptions = {}) {
    const gateway = await startGateway({ webDir: this.#built.webDir, ...options });
    this.#closers.push(() => gateway.stop());
    await administrator(gateway);
    return gateway;
  }

  /** Logged in, with the view of the address before them. */
  async open(
    url: string,
    { user = 'admin', ...options }: Parameters<typeof openPage>[1] & { user?: string } = {},
  ) {
    const opened = await openPage(this.#browser, options);
    this.#closers.push(() => opened.context.close());
    const { page } = opened;
    await page.goto(url);
    await page.getByLabel('用户名').fill(user);
    await page.getByLabel('密码').fill(PASSWORD);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('navigation').waitFor();
    return opened;
  }
}
