import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Standard } from '#model/limit-table';
import type { Quantity } from '#model/quantity';
import { parseDuration } from '#model/time';
import { runTimeline, type Told } from '../../test/kit/alarms-timeline.ts';
import { standardRules } from '../../test/kit/standard-rules.ts';

/* What the tables ask of readings, as timelines through the real evaluator: minutes in, alarms out. */

interface Timeline {
  readonly title: string;
  readonly point: string;
  readonly quantity?: Quantity;
  readonly every: string;
  readonly values: string;
  readonly beside?: Readonly<Record<string, { readonly values: string }>>;
  /** All of them. `worst` need not be given. */
  readonly alarms: readonly Told[];
}

interface Case {
  readonly table: string;
  readonly timelines?: readonly Timeline[];
}

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const folders = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe.each(folders.map(({ name }) => name))('standard %s', async (folder) => {
  const standard = ((await import(`./${folder}/standard.ts`)) as { default: Standard }).default;
  const standards = new Map([[folder, standard]]);
  const cases = readdirSync(join(ROOT, folder, 'cases')).map(
    (file) => parse(readFileSync(join(ROOT, folder, 'cases', file), 'utf8')) as Case,
  );

  test('every table has timelines, and every rule of every table is raised in one of the standard’s', () => {
    const raised = new Set(
      cases.flatMap(({ timelines = [] }) =>
        timelines.flatMap(({ alarms }) => alarms.map(({ rule }) => rule)),
      ),
    );
    for (const [name, { rules = [] }] of Object.entries(standard.tables)) {
      expect(cases.find(({ table }) => table === name)?.timelines?.length, name).toBeGreaterThan(0);
      for (const { rule } of rules) expect(raised, `${name}: ${rule.id}`).toContain(rule.id);
    }
  });

  const each = cases.flatMap(({ table, timelines = [] }) =>
    timelines.map((timeline) => ({ use: `${folder}/${table}`, ...timeline })),
  );
  test.each(each)('$use: $title', ({ use, point, quantity, every: period, values, beside = {}, alarms }) => {
    const every = parseDuration(period);
    if (every === undefined) throw new Error(`every: ${period}`);
    const asked = { use, point, every, beside: Object.keys(beside), ...(quantity && { quantity }) };
    const rules = standardRules(asked, { standards });
    const told = runTimeline({ every, rules, values, beside });
    const bare = told.map(({ worst, expected, ...rest }, index) => ({
      ...rest,
      ...(alarms[index]?.worst !== undefined && { worst }),
    }));
    expect(bare).toEqual(alarms);
  });
});
