import { defineConfig } from 'vitest/config';
import { ENVIRONMENT } from '../gateway/cli/bootstrap.mjs';

/**
 * unit: beside the code, no real peer; its files share a process, as no case may leave anything behind. parts: several parts together, real servers on loopback. browser: the page in
 * a real Chromium. faults: the short form of `npm run faults`. Two workers at most: the machine has two cores, and real
 * servers run beside the tests.
 */
const project = (name: string, include: string[], timeout: number, isolate = true) => ({
  test: {
    name,
    isolate,
    // Also where a test failed before it did so itself.
    restoreMocks: true,
    // As the command sets it: tests start hundreds of processes and threads, and each would compile all anew.
    env: { NODE_COMPILE_CACHE: ENVIRONMENT.NODE_COMPILE_CACHE },
    root: new URL('..', import.meta.url).pathname,
    include,
    testTimeout: timeout,
    hookTimeout: timeout,
    // Its own second is short for a hundred connections on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks' as const,
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    // Of tests that are concurrent in one file: they wait for devices that do not answer.
    maxConcurrency: 16,
    projects: [
      project(
        'unit',
        ['{gateway,collectors,alerts,firmware-sim,grafana}/**/*.test.ts', 'test/floors/*.test.ts'],
        60_000,
        false,
      ),
      project('parts', ['test/parts/**/*.test.ts'], 60_000),
      project('faults', ['test/faults/*.test.ts'], 120_000),
      project('browser', ['test/browser/**/*.test.ts'], 60_000),
    ],
  },
});
