import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser of this machine; undefined where there is none. */
export const browserPath: string | undefined = CHROMIUM.find((path) => existsSync(path));

/** Builds the page into a folder of its own, so that a test sees the sources as they are now. */
export async function buildPage(): Promise<{ webDir: string; remove: () => Promise<void> }> {
  const webDir = await mkdtemp(join(tmpdir(), 'hygate-page-'));
  const configFile = new URL('../../gateway/web/vite.config.ts', import.meta.url).pathname;
  await build({ configFile, logLevel: 'error', build: { outDir: webDir, emptyOutDir: true } });
  return { webDir, remove: () => rm(webDir, { recursive: true, force: true }) };
}

export const launchBrowser = () => chromium.launch({ executablePath: browserPath ?? '', args: FLAGS });

/** A page that remembers what it complained about: errors on the console, exceptions, broken content policy. */
export async function openPage(
  browser: Awaited<ReturnType<typeof launchBrowser>>,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, context, complaints };
}
