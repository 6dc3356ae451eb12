import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Rule } from '#model/rule';
import { type Ms, parseDuration } from '#model/time';
import { ruleLike } from '../../../test/kit/alarm-rules.ts';
import { runTimeline, type Timeline, type Told } from '../../../test/kit/alarms-timeline.ts';

interface Case extends Pick<Timeline, 'values' | 'late' | 'timeZone'> {
  readonly title: string;
  readonly every?: string;
  readonly beside?: Readonly<Record<string, { readonly values: string; readonly offset?: string }>>;
  readonly rules?: readonly Record<string, unknown>[];
  readonly alarms: readonly Told[];
}

const folder = new URL('./cases/', import.meta.url);

for (const file of readdirSync(folder)) {
  describe(file, () => {
    for (const { title, every, beside, rules = [{}], alarms, ...timeline } of parse(
      readFileSync(new URL(file, folder), 'utf8'),
    ) as Case[]) {
      test(title, () => {
        const told = runTimeline({
          ...timeline,
          every: lengthOf(every ?? '1m'),
          beside: Object.fromEntries(
            Object.entries(beside ?? {}).map(([key, { values, offset = '0s' }]) => [
              key,
              { values, offset: lengthOf(offset) },
            ]),
          ),
          rules: rules.map(ruleOf),
        });
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
  return ruleLike(Object.fromEntries(fields));
}

function lengthOf(text: string): Ms {
  const length = parseDuration(text);
  if (length === undefined) throw new Error(`"${text}" is no length of time`);
  return length;
}
