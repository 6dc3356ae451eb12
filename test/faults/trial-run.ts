import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaultTrial, TrialContext, TrialResult } from './trial.ts';

/** Runs a trial in a folder of its own. Throws when the trial does, or when values were wrong or readings lost. */
export async function runTrial(trial: FaultTrial, options: Omit<TrialContext, 'dir'>): Promise<TrialResult> {
  const dir = await mkdtemp(join(tmpdir(), 'hygate-fault-'));
  try {
    const result = await trial.run({ ...options, dir });
    const { wrong, lost, judged } = result;
    if (judged === 0) throw new Error(`${trial.name}: nothing was judged, so nothing is shown`);
    if (wrong > 0 || lost > 0)
      throw new Error(`${trial.name}: of ${judged} judged ${wrong} wrong, ${lost} lost`);
    return result;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
