import { afterAll, describe, test } from 'vitest';
import type { Subject } from './trial.ts';
import { runTrial } from './trial-run.ts';

const seed = Number(process.env['HYGATE_SEED'] ?? Math.trunc(Math.random() * 1e9));

/** Each trial of a subject as a test, in its short form. HYGATE_SEED replays a run. */
export function judge({ name, trials, end }: Subject): void {
  describe(name, () => {
    afterAll(async () => end?.());

    test.each(trials)(`$name (HYGATE_SEED=${seed})`, async (trial) => {
      await runTrial(trial, { seed, short: true });
    });
  });
}
