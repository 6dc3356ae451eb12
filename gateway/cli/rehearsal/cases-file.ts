import { type Static, Type } from 'typebox';
import { duration, keys, list, text } from '../../config/fields.ts';

/* The file of cases: what happens to a site's points, what people do about it, and what should come of it. */

const optional = Type.Optional;

/** What a person can do, each with that to which it is done. */
export const DEEDS = [
  ...(['acknowledge', 'shelve', 'grant-shelf', 'unshelve', 'reset', 'comment'] as const),
  ...(['out-of-service', 'in-service'] as const),
] as const;

const alarm = optional(
  text('An alarm.', {
    pattern: '^[^/\\s]+/[^/\\s]+$',
    title: 'an alarm as POINT/RULE such as fridge-1.temp/high',
    zh: '报警，写成 测点/规则，如 fridge-1.temp/high',
  }),
);
const point = optional(text('A point.'));

const VALUES = text('Values.', {
  title: 'values such as "5x10 9.2x40 _x3"',
  zh: '值，如 "5x10 9.2x40 _x3"',
});

const ActFile = keys(
  {
    at: duration('So long after the start.'),
    by: text('A person of the site.'),
    acknowledge: alarm,
    shelve: alarm,
    'grant-shelf': alarm,
    unshelve: alarm,
    reset: alarm,
    comment: alarm,
    'out-of-service': point,
    'in-service': point,
    for: optional(duration('How long it is shelved, out of service or acknowledged.', { least: '1s' })),
    'one-shot': Type.Boolean({ title: 'true or false', zh: 'true 或 false', default: false }),
    reason: text('Why.', { default: '–' }),
  },
  { title: 'an act', zh: '操作' },
);

const CaseFile = keys(
  {
    title: text('What is tried.'),
    start: text('By the clock of the site.', {
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9]$',
      title: 'a day and a time in quotes, such as "2026-01-05 22:00"',
      zh: '日期和时间，加引号，如 "2026-01-05 22:00"',
      // A Monday morning.
      default: '2026-01-05 08:00',
    }),
    every: duration('How long each sample stands.', { default: '1m', least: '1s' }),
    for: optional(
      duration('How long it is followed; by default as long as the longest values.', { least: '1s' }),
    ),
    values: Type.Record(Type.String(), VALUES, {
      title: 'a mapping of points to values',
      zh: '“测点: 值”的映射',
    }),
    acts: list(ActFile, { default: [] }),
    expect: optional(
      list(text('A line.'), {
        title: 'a list of lines, as they are printed',
        zh: '逐行的列表，与显示的一致',
      }),
    ),
  },
  { title: 'a case', zh: '用例' },
);

export const CasesFile = list(CaseFile, { minItems: 1, title: 'a list of cases', zh: '用例的列表' });

export type ActFile = Static<typeof ActFile>;
export type CaseFile = Static<typeof CaseFile>;
export type CasesFile = Static<typeof CasesFile>;
