import type { Static } from 'typebox';
import type { DailySpan } from '#model/rule';
import { choice, keys, list, text } from './fields.ts';

/* Times of the day and of the week, as the site file writes them. */

/** ISO 8601: Monday is the first. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export const timeOfDay = (description: string, options: { default?: string } = {}) =>
  text(description, {
    pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$',
    title: 'a time of the day in quotes, such as "07:30"',
    zh: '一天中的时刻，加引号，如 "07:30"',
    ...options,
  });

export const day = (description: string) =>
  text(description, {
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
    title: 'a day such as 2026-10-01',
    zh: '日期，如 2026-10-01',
  });

/** Keys of a span of the day. */
export const spanKeys = {
  days: list(choice('A day.', DAYS), {
    minItems: 1,
    title: `a list of ${DAYS.join(', ')}`,
    zh: `${DAYS.join('、')} 的列表`,
    description: 'The days on which it begins.',
    default: DAYS,
  }),
  from: timeOfDay('When it begins, by the clock of the site.'),
  to: timeOfDay('When it ends; not after `from`: on the next day.'),
};

const SpanFile = keys(spanKeys, { title: 'a span of the day', zh: '时段' });

export const schedule = (description: string) =>
  list(SpanFile, {
    minItems: 1,
    title: 'a list of { days, from, to }',
    zh: '{ days, from, to } 的列表',
    description,
  });

/** `07:30` → 450. 0 for a text that the schema has refused already. */
export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes || 0;
}

/** 1 Monday … 7 Sunday. */
export const dayNumber = (day: (typeof DAYS)[number]): number => DAYS.indexOf(day) + 1;

export const spansOf = (files: readonly Static<typeof SpanFile>[]): DailySpan[] =>
  files.map(({ days, from, to }) => ({
    // Every day is what the model means by leaving them out.
    ...(days.length < DAYS.length && { days: days.map(dayNumber) }),
    from: minutesOf(from),
    to: minutesOf(to),
  }));
