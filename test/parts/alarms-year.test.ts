import { describe, expect, test } from 'vitest';
import type { LimitRule, Rule } from '#model/rule';
import type { Site } from '#model/site';
import { judgeYear } from '../year/judgement.ts';
import { claimsOf, reportOf } from '../year/report.ts';
import { runYear, type YearOptions } from '../year/run-year.ts';
import { yearSite } from '../year/year-site.ts';

const seed = Number(process.env['HYGATE_SEED'] ?? Math.trunc(Math.random() * 1e9));
/** In whose days there is something of everything. */
const JUDGES_SEED = 5;
/** Days of whatever seed in which enough happens: in two it may be as little as half of the usual. */
const ENOUGH = 3;
/** Days of a hospital on a core that other tests share. */
const LONGEST = 300_000;

/** Two days, in which enough happens of the judge's seed. */
async function live(options: (site: Site) => Partial<YearOptions>) {
  const year = await yearSite();
  const usual = { days: 2, density: 25, seed: JUDGES_SEED, say: () => undefined };
  const record = runYear({ ...year, ...usual, ...options(year.site) });
  const judgement = judgeYear(record);
  const broken = claimsOf(record, judgement).filter(({ holds }) => !holds);
  return { record, judgement, broken };
}

test(
  `three bad days of a hospital: nothing true is missed, nothing false is told (HYGATE_SEED=${seed})`,
  async () => {
    const { record, judgement, broken } = await live(() => ({ seed, days: ENOUGH }));
    expect(broken, reportOf(record, judgement)).toEqual([]);
    expect(judgement.outcomes.length).toBeGreaterThan(20);
    expect(judgement.bareAlarms.length).toBeGreaterThan(2 * judgement.alarms.length);
  },
  LONGEST,
);

/** The site with rules that are not those by which it is judged. */
const withRules = (change: (rules: readonly Rule[]) => readonly Rule[]) => (site: Site) => ({
  watched: {
    ...site,
    devices: site.devices.map((device) => ({
      ...device,
      points: device.points.map((point) => ({ ...point, rules: change(point.rules) })),
    })),
  },
});

const limits = (change: (rule: LimitRule) => LimitRule) =>
  withRules((rules) => rules.map((rule) => (rule.kind === 'limit' ? change(rule) : rule)));

describe('the judge is not blind', () => {
  test.each([
    ['without limits', withRules((rules) => rules.filter(({ kind }) => kind !== 'limit')), 'missed'],
    [
      'that never hears silence',
      withRules((rules) => rules.filter(({ kind }) => kind !== 'no-data')),
      'missed',
    ],
    ['without delays', limits((rule) => ({ ...rule, onDelay: 0 })), 'before the rule’s delay'],
    ['that waits too long', limits((rule) => ({ ...rule, onDelay: 2 * rule.onDelay + 600_000 })), 'later'],
  ])('of a product %s', { timeout: LONGEST }, async (_, options, word) => {
    const { broken } = await live(options);
    expect(broken.map(({ says }) => says)).toContainEqual(expect.stringContaining(word));
  });
});
