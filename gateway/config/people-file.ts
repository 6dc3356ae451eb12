import { type Static, Type } from 'typebox';
import { SEVERITIES } from '#model/standard';
import { choice, duration, id, keys, list, text } from './fields.ts';
import { day, schedule, spanKeys } from './schedule.ts';

/* The people of a site, when they are on call, and who is told of which alarms. */

const optional = Type.Optional;

/** The kinds of areas. */
export const AREA_KINDS = [
  ...(['medical-waste', 'drinking-water', 'pool-water', 'wastewater', 'radiation'] as const),
  ...(['cold-chain', 'other'] as const),
] as const;

const people = (description: string) =>
  list(text('A person.'), {
    minItems: 1,
    title: 'a list of people’s ids',
    zh: '人员代号的列表',
    description,
  });

const recipients = (description: string) =>
  list(text('A person or a rota.'), {
    minItems: 1,
    title: 'a list of ids of people and rotas',
    zh: '人员和排班代号的列表',
    description,
  });

const moment = (description: string) =>
  text(description, {
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}$',
    title: 'a day and a time by the clock of the site, such as "2026-10-01 08:00"',
    zh: '当地的日期和时间，如 "2026-10-01 08:00"',
  });

export const PersonFile = keys(
  {
    id: id('Unique among the people and the rotas.'),
    name: text('For people.'),
    phone: optional(
      text(
        'For channels that call or send short messages: as it is dialled in the country, or +86 and so on.',
        {
          pattern: '^\\+?[0-9][0-9 -]{3,20}$',
          title: 'a telephone number in quotes, such as "13800000000" or "+86 138 0000 0000"',
          zh: '电话号码，加引号，如 "13800000000" 或 "+86 138 0000 0000"',
        },
      ),
    ),
    language: choice('In which language they are told.', ['zh', 'en'], { default: 'zh' }),
    user: optional(text('Their log-in of the page.')),
    email: optional(
      text('For the channel email.', {
        pattern: '^[^\\s@]+@[^\\s@]+$',
        title: 'an e-mail address',
        zh: '电子邮件地址',
      }),
    ),
    channels: list(text('A channel under `channels`.'), {
      description: 'How to reach them, the preferred one first.',
      default: [],
    }),
  },
  { title: 'a person', zh: '人员' },
);

const StepFile = keys(
  {
    after: duration('So long after the route was told, or after an acknowledgement expired.', {
      least: '10s',
    }),
    to: recipients('Who is told, too, when nobody has taken it by then.'),
  },
  { title: 'a step of the escalation', zh: '升级的一步' },
);

export const RouteFile = keys(
  {
    areas: optional(
      list(text('An area.'), {
        minItems: 1,
        title: 'a list of areas',
        zh: '区域的列表',
        description: 'Of these areas only; by default of all.',
      }),
    ),
    systems: optional(
      list(choice('A kind of area.', AREA_KINDS), {
        minItems: 1,
        title: `a list of ${AREA_KINDS.join(', ')}`,
        zh: `${AREA_KINDS.join('、')} 的列表`,
        description: 'Of areas of these kinds only; by default of all.',
      }),
    ),
    severities: list(choice('A severity.', SEVERITIES), {
      minItems: 1,
      title: `a list of ${SEVERITIES.join(', ')}`,
      zh: `${SEVERITIES.join('、')} 的列表`,
      description: 'Of these severities only.',
      default: SEVERITIES,
    }),
    during: optional(
      schedule('At these times only; what was raised at others is told when they come, if it lasts by then.'),
    ),
    to: recipients('Who is told: people, and rotas for whoever is on call.'),
    escalate: list(StepFile, {
      description: 'Who else is told, step by step, until somebody acknowledges.',
      default: [],
    }),
    remind: optional(
      duration('Whoever is called is reminded this often until somebody acknowledges; never by default.', {
        least: '1m',
      }),
    ),
  },
  { title: 'a route', zh: '路由' },
);

const ShiftFile = keys(
  {
    id: id('Unique in the rota.'),
    name: optional(text('For people; by default the id.')),
    ...spanKeys,
    weeks: list(people('Who stands it in that week.'), {
      minItems: 1,
      title: 'a list with the people of each week, such as [[li], [wang, chen]]',
      zh: '每周人员的列表，如 [[li], [wang, chen]]',
      description: 'Who stands it, week by week in turn, beginning with the rota’s first.',
    }),
  },
  { title: 'a shift', zh: '班次' },
);

const SubstituteFile = keys(
  {
    from: moment('From when.'),
    to: moment('Until when.'),
    person: text('Who is away.'),
    by: text('Who stands in.'),
  },
  { title: 'a substitute', zh: '替班' },
);

const HolidayFile = keys(
  {
    day: day('The day.'),
    people: people('Who stands every shift that begins on it.'),
  },
  { title: 'a holiday', zh: '节假日' },
);

export const RotaFile = keys(
  {
    id: id('Unique among the people and the rotas; stands in routes like a person’s.'),
    name: optional(text('For people; by default the id.')),
    begins: day('A Monday: the first week of every shift’s `weeks`.'),
    shifts: list(ShiftFile, {
      minItems: 1,
      title: 'a list of shifts',
      zh: '班次的列表',
      description: 'Together a week.',
    }),
    overlap: duration('After a handover those who go are told, too, for so long.', { default: '0s' }),
    substitutes: list(SubstituteFile, { description: 'Who stands in for whom.', default: [] }),
    holidays: list(HolidayFile, { description: 'Days with people of their own.', default: [] }),
  },
  { title: 'a rota', zh: '排班' },
);

export type RouteFile = Static<typeof RouteFile>;
export type RotaFile = Static<typeof RotaFile>;
