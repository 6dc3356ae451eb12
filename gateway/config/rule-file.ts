import { type Static, type TProperties, Type } from 'typebox';
import { SEVERITIES } from '#model/standard';
import type { Text } from '#model/text';
import { choice, duration, keys, text } from './fields.ts';
import { schedule } from './schedule.ts';

/*
 * What a site file may say of one rule of a point: as much as it wants otherwise than the table, or, where the table
 * has no such rule, all that the rule needs.
 */

const optional = Type.Optional;

const number = (description: string) => optional(Type.Number({ description }));
const amount = (description: string) =>
  optional(Type.Number({ minimum: 0, title: 'a number from 0', zh: '不小于 0 的数', description }));
const length = (description: string, least?: string) =>
  optional(duration(description, least === undefined ? {} : { least }));

const common = {
  severity: optional(choice('How bad it is.', SEVERITIES)),
  latch: optional(
    Type.Boolean({
      title: 'true or false',
      zh: 'true 或 false',
      description: 'true: waits until somebody resets it.',
    }),
  ),
  during: optional(schedule('Applies at these times only.')),
};

const beyond = {
  'on-delay': length('How long beyond it before the alarm.'),
  'off-delay': length('How long back inside before it clears.'),
  deadband: amount('How far inside it must come back.'),
};

const form = <Properties extends TProperties>({ zh, en }: Text, properties: Properties) =>
  keys({ ...properties, ...common }, { title: en, zh });

const orOff = <Properties extends TProperties>(
  description: string,
  mapping: ReturnType<typeof form<Properties>>,
) =>
  optional(
    Type.Union([Type.Literal('off'), mapping], {
      title: 'off, or a mapping',
      zh: 'off，或映射',
      description,
    }),
  );

const LimitForm = form(
  { zh: '限值', en: 'a limit' },
  { value: number('The limit, in the point’s unit.'), ...beyond },
);

const limit = (description: string) =>
  optional(
    Type.Union([Type.Number(), Type.Literal('off'), LimitForm], {
      title: 'a number, or off',
      zh: '数，或 off',
      description,
    }),
  );

const FaultForm = form(
  { zh: '故障', en: 'a fault' },
  { after: length('So long, and nothing good in between.', '1s') },
);

const FrozenForm = form(
  { zh: '读数长时间不变', en: 'a frozen value' },
  {
    change: amount('What counts as a change, in the point’s unit.'),
    after: length('Without a change for longer than this.', '1s'),
  },
);

const RateForm = form(
  { zh: '变化速率', en: 'a rate' },
  {
    value: amount('By more than this, in the point’s unit …'),
    within: length('… in so long.', '1s'),
    ...beyond,
  },
);

const MeanForm = form(
  { zh: '均值', en: 'a mean' },
  {
    value: number('The limit, in the point’s unit.'),
    coverage: optional(
      Type.Number({
        ...{ minimum: 0, maximum: 1, title: 'a number from 0 to 1', zh: '0 到 1 的数' },
        description: 'Share of the hour or day that good readings must cover; by default 0.75.',
      }),
    ),
    ...beyond,
  },
);

const ExposureForm = form(
  { zh: '累计超限', en: 'an exposure' },
  {
    beyond: number('The limit of the value, in the point’s unit.'),
    for: length('All the time beyond it together: longer than this is an alarm.', '1s'),
    within: optional(
      text('event: in one go. A length of time: all of it within so long.', {
        pattern: '^(event|[0-9]+(\\.[0-9]+)?(ms|s|m|h|d))$',
        title: 'event, or a length of time such as 24h',
        zh: 'event，或时长，如 24h',
      }),
    ),
    'off-delay': beyond['off-delay'],
  },
);

const KineticForm = form(
  { zh: '平均动力学温度', en: 'a kinetic mean' },
  {
    value: number('The limit, in °C.'),
    within: length('Of the last so long; by default 24h.', '1m'),
    ...beyond,
  },
);

const DifferenceForm = form(
  { zh: '差值', en: 'a difference' },
  {
    value: number('The limit, in the point’s unit.'),
    other: optional(text('Key of the point of this device that is subtracted.')),
    ...beyond,
  },
);

const ForecastForm = form(
  { zh: '预测', en: 'a forecast' },
  {
    horizon: length('How far it looks ahead; by default 30m.', '1m'),
    'on-delay': beyond['on-delay'],
    'off-delay': beyond['off-delay'],
  },
);

export const zoneKeys = {
  'low-low': limit('Critical below it.'),
  low: limit('Warning below it.'),
  high: limit('Warning above it.'),
  'high-high': limit('Critical above it.'),
};

export const furtherKeys = {
  'bad-sensor': orOff('The instrument says that its sensor is at fault.', FaultForm),
  implausible: orOff('The value is outside of what the instrument can show.', FaultForm),
  frozen: orOff('The value does not change.', FrozenForm),
  rising: orOff('The value rises too fast.', RateForm),
  falling: orOff('The value falls too fast.', RateForm),
  'hourly-mean-high': orOff('The mean of an hour is above the limit.', MeanForm),
  'hourly-mean-low': orOff('The mean of an hour is below the limit.', MeanForm),
  'daily-mean-high': orOff('The mean of a day is above the limit.', MeanForm),
  'daily-mean-low': orOff('The mean of a day is below the limit.', MeanForm),
  'warm-exposure': orOff('Too long above a value.', ExposureForm),
  'heat-exposure': orOff('Too long above a value.', ExposureForm),
  'freeze-exposure': orOff('Too long below a value.', ExposureForm),
  'kinetic-mean': orOff('The mean kinetic temperature is above the limit.', KineticForm),
  'difference-high': orOff('This point less another is above the limit.', DifferenceForm),
  'difference-low': orOff('This point less another is below the limit.', DifferenceForm),
  disagreement: orOff('This point and another differ by more than the limit.', DifferenceForm),
  'forecast-high': orOff('At this trend it will be above `high` soon.', ForecastForm),
  'forecast-low': orOff('At this trend it will be below `low` soon.', ForecastForm),
};

export type LimitForm = Static<typeof LimitForm>;

/** Any of the forms of a further rule: what one does not have is never there. */
export type FurtherForm = Partial<
  Static<typeof FaultForm> &
    Static<typeof FrozenForm> &
    Static<typeof RateForm> &
    Static<typeof MeanForm> &
    Omit<Static<typeof ExposureForm>, 'within'> &
    Static<typeof DifferenceForm> &
    Static<typeof ForecastForm>
>;

export type FurtherId = keyof typeof furtherKeys;
export const FURTHER_IDS = Object.keys(furtherKeys) as FurtherId[];
