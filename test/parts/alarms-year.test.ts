import { expect, test } from 'vitest';
import { judgeYear } from '../year/judgement.ts';
import { claimsOf, reportOf } from '../year/report.ts';
import { runYear } from '../year/run-year.ts';
import { yearSite } from '../year/year-site.ts';

const seed = Number(process.env['HYGATE_SEED'] ?? Math.trunc(Math.random() * 1e9));
/** Two days of a hospital on a core that other tests share. */
const LONGEST = 300_000;

test(
  `two bad days of a hospital: nothing true is missed, nothing false is told (HYGATE_SEED=${seed})`,
  async () => {
    const record = runYear({ ...(await yearSite()), days: 2, density: 25, seed, say: () => undefined });
    const judgement = judgeYear(record);
    const broken = claimsOf(record, judgement).filter(({ holds }) => !holds);
    expect(broken, reportOf(record, judgement)).toEqual([]);
    expect(judgement.outcomes.length).toBeGreaterThan(20);
    expect(judgement.bareAlarms.length).toBeGreaterThan(2 * judgement.alarms.length);
  },
  LONGEST,
);
