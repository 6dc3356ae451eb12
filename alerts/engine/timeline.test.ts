import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Rule } from '#model/rule';
import { MINUTE, parseDuration } from '#model/time';
import { limitRule, noDataRule } from '../../test/kit/alarms-site.ts';
import { runTimeline, type Timeline, type Told } from '../../test/kit/alarms-timeline.ts';

interface Case extends Pick<Timeline, 'values' | 'late'> {
  readonly title: string;
  readonly every?: string;
  readonly rules?: readonly Record<string, unknown>[];
  readonly alarms: readonly Told[];
}

const folder = new URL('./cases/', import.meta.url);

for (const file of readdirSync(folder)) {
  describe(file, () => {
    for (const { title, every, rules = [{}], alarms, ...timeline } of parse(
      readFileSync(new URL(file, folder), 'utf8'),
    ) as Case[]) {
      test(title, () => {
        const length = every === undefined ? MINUTE : parseDuration(every);
        if (length === undefined) throw new Error(`every: ${every}`);
        const told = runTimeline({ ...timeline, every: length, rules: rules.map(ruleOf) });
        expect(told).toEqual(alarms);
      });
    }
  });
}

/** `{ on-delay: 5m }` → a rule with that in place of the usual. */
function ruleOf(given: Readonly<Record<string, unknown>>): Rule {
  const fields = Object.entries(given).map(([key, value]) => {
    const duration = typeof value === 'string' ? parseDuration(value) : undefined;
    return [key.replace(/-(\w)/, (_, letter: string) => letter.toUpperCase()), duration ?? value];
  });
  const over = Object.fromEntries(fields);
  return over.kind === 'no-data' ? noDataRule(over) : limitRule(over);
}
