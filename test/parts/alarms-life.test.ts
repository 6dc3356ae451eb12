import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCampaign } from '../alarm-life/campaign.ts';
import { faultsOf, spokenOf } from '../alarm-life/verdict.ts';

const seed = Number(process.env['HYGATE_SEED'] ?? Math.trunc(Math.random() * 1e9));
/** A dozen starts on two cores that other tests share. */
const LONGEST = 180_000;

test(
  `12 kills in the lives of alarms: none missed, no delay restarted, nobody not told, repeats marked (HYGATE_SEED=${seed})`,
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'hygate-life-'));
    try {
      const result = await runCampaign({ kills: 12, seed, dir, say: () => undefined });
      expect(faultsOf(result)).toEqual([]);
      expect(result.kills).toBe(12);
      expect(result.met.get('escalation or a reminder is to come')).toBeGreaterThan(0);
      expect(result.harsh.ledger.alarms.length).toBeGreaterThan(20);
      // How many arrive says little: what waited for a busy machine is told in one list.
      const { told, quiet } = spokenOf(result.harsh.ledger);
      expect(told).toBeGreaterThan(4 * quiet);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
  LONGEST,
);
