import { type Static, Type } from 'typebox';
import { SEVERITIES, type Severity } from '#model/standard';
import { choice, count, duration, keys, list, secret, text, url } from './fields.ts';
import { DAYS, schedule, timeOfDay } from './schedule.ts';

/*
 * How a site deals with alarms and how it is watched itself: what explains what, planned maintenance, how long an
 * alarm may be silent, the sign of life and the trial call.
 */

const optional = Type.Optional;

/** Kinds of rules of a point. */
export const RULE_KINDS = [
  ...(['limit', 'no-data', 'fault', 'frozen', 'rate', 'mean', 'exposure'] as const),
  ...(['kinetic-mean', 'difference', 'forecast'] as const),
] as const;

const points = (description: string) =>
  list(text('A point such as fridge-1.temp, or a device for all its points.'), {
    minItems: 1,
    title: 'a list of points or devices',
    zh: '测点或设备的列表',
    description,
  });

const kinds = (description: string, usual: readonly (typeof RULE_KINDS)[number][]) =>
  list(choice('A kind of rule.', RULE_KINDS), {
    minItems: 1,
    title: `a list of ${RULE_KINDS.join(', ')}`,
    zh: `${RULE_KINDS.join('、')} 的列表`,
    description,
    default: usual,
  });

export const SuppressFile = keys(
  {
    by: text('The point whose alarm explains the others, such as mains.power.'),
    'by-kinds': kinds('Which of its alarms do.', ['limit']),
    points: points('Whose alarms it explains.'),
    kinds: kinds('Which of theirs.', ['no-data', 'fault']),
  },
  { title: 'an explanation', zh: '报警抑制' },
);

export const MaintenanceFile = keys(
  {
    points: points('What is out of service by itself.'),
    during: schedule('When.'),
    reason: text('Why, for people.'),
  },
  { title: 'a planned maintenance', zh: '计划维护' },
);

const bySeverity = <Length extends ReturnType<typeof duration>>(description: string, length: Length) =>
  keys(
    Object.fromEntries(SEVERITIES.map((severity) => [severity, optional(length)])) as Record<
      Severity,
      ReturnType<typeof Type.Optional<Length>>
    >,
    { description, default: {} },
  );

export const PolicyFile = keys(
  {
    'acknowledged-for': bySeverity(
      'After so long an acknowledgement expires while it lasts, by severity; by default 1h critical, 4h warning, 24h notice.',
      Type.String({
        pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d)|ever)$',
        title: 'a length of time such as 1h, or ever',
        zh: '时长，如 1h，或 ever（永久）',
        description: 'A length of time, or ever.',
      }),
    ),
    'shelved-for': bySeverity(
      'The longest shelf, by severity; by default 2h critical, 24h warning, 72h notice.',
      duration('A length of time.', { least: '1m' }),
    ),
    'two-persons': optional(
      list(choice('A severity.', SEVERITIES), {
        title: `a list of ${SEVERITIES.join(', ')}`,
        zh: `${SEVERITIES.join('、')} 的列表`,
        description: 'What nobody shelves alone; by default [critical].',
      }),
    ),
  },
  { description: 'For how long an alarm may be silent.', default: {} },
);

export const HeartbeatFile = keys(
  {
    every: duration('How often.', { default: '1m', least: '10s' }),
    url: optional(url('Where to POST it.')),
    mqtt: optional(
      keys(
        {
          url: text('Address of the broker.', {
            pattern: '^mqtts?://[^\\s/]+$',
            title: 'an address such as mqtts://broker.example:8883',
            zh: '地址，如 mqtts://broker.example:8883',
          }),
          topic: text('Where to publish it.', {
            pattern: '^[^#+]+$',
            title: 'a topic without # and +',
            zh: '主题，不含 # 和 +',
          }),
          user: optional(text('To log in; needs password.')),
          password: optional(secret('Of the user.')),
        },
        { description: 'A broker somewhere else.' },
      ),
    ),
  },
  { description: 'A sign of life to somewhere else, where its absence is noticed.' },
);

export const TestCallFile = keys(
  {
    week: count('The first, second … such day of the month.', 1, 4, { default: 1 }),
    day: choice('The day.', DAYS, { default: 'mon' }),
    at: timeOfDay('The time, by the clock of the site.', { default: '10:00' }),
    'answer-within': duration('No answer for so long is an alarm.', { default: '4h', least: '5m' }),
  },
  { description: 'The monthly trial of the way to each person.' },
);

export type SuppressFile = Static<typeof SuppressFile>;
export type MaintenanceFile = Static<typeof MaintenanceFile>;
export type PolicyFile = Static<typeof PolicyFile>;
export type HeartbeatFile = Static<typeof HeartbeatFile>;
export type TestCallFile = Static<typeof TestCallFile>;
