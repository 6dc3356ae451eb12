#!/usr/bin/env node
/* The command `hygate`: hands over to the Node that the package brings. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ENVIRONMENT, NODE_FLAGS, nodeBinary, ROOT } from './bootstrap.mjs';

const child = spawn(
  nodeBinary(),
  [...NODE_FLAGS, join(ROOT, 'gateway/cli/hygate.ts'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env: { ...ENVIRONMENT, ...process.env },
  },
);
// The terminal sends Ctrl-C to the child too; a signal sent to this process alone must be passed on.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
process.on('SIGINT', () => {});
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
