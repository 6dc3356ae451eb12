import { describe, expect, test } from 'vitest';
import { loadSubjects } from '../faults/subjects.ts';
import { runTrial } from '../faults/trial-run.ts';

const seed = Number(process.env['HYGATE_SEED'] ?? Math.trunc(Math.random() * 1e9));
const subjects = await loadSubjects();

test('there are trials', () => {
  expect(subjects.length).toBeGreaterThan(0);
});

/** Trials of one subject share the machine's two cores with no other: what they say of time is of the fault. */
describe.each(subjects)('$name', ({ trials }) => {
  test.each(trials)(`$name (HYGATE_SEED=${seed})`, async (trial) => {
    await runTrial(trial, { seed, short: true });
  });
});
