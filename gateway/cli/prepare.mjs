/*
 * The last step of `npm ci`: builds the page, and compiles what a start loads into the cache, so that the first start
 * is as quick as the second. Without the development packages (a production install) the page comes built.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildPage, ENVIRONMENT, NODE_FLAGS, nodeBinary, ROOT } from './bootstrap.mjs';

if (existsSync(join(ROOT, 'node_modules/vite'))) buildPage();
spawnSync(nodeBinary(), [...NODE_FLAGS, join(ROOT, 'gateway/cli/warm.ts')], {
  env: { ...ENVIRONMENT, ...process.env },
  stdio: ['ignore', 'ignore', 'inherit'],
});
