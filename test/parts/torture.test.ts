import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCampaign } from '../torture/campaign.ts';

const seed = Number(process.env['HYGATE_SEED'] ?? Math.trunc(Math.random() * 1e9));
/** 20 starts on two cores that other tests share. */
const LONGEST = 240_000;

test(
  `20 kills under load lose, double and invent nothing (HYGATE_SEED=${seed})`,
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'hygate-torture-'));
    try {
      const { verdict, polled } = await runCampaign({ kills: 20, seed, dir, say: () => {} });
      expect(verdict).toMatchObject({ lost: 0, doubled: 0, wrong: 0, stored: verdict.acknowledged });
      expect(verdict.acknowledged).toBeGreaterThan(10_000);
      expect(polled.stored).toBeGreaterThan(0);
      expect(polled.wrong).toBe(0);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
  LONGEST,
);
