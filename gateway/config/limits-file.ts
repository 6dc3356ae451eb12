import { type Static, Type } from 'typebox';
import { duration, keys, text } from './fields.ts';
import { furtherKeys, zoneKeys } from './rule-file.ts';
import { schedule } from './schedule.ts';

const optional = Type.Optional;

const use = (description: string) =>
  optional(
    text(description, {
      title: 'STANDARD/TABLE such as vaccine-storage/fridge',
      zh: '标准/限值表，如 vaccine-storage/fridge',
    }),
  );

const PointLimitsFile = keys({
  use: use('Another table for this point.'),
  ...zoneKeys,
  'on-delay': optional(
    duration('How long beyond a limit before the alarm; a limit’s own delay in the table stays.'),
  ),
  'off-delay': optional(duration('How long back inside before it clears.')),
  deadband: optional(
    Type.Number({
      minimum: 0,
      title: 'a number from 0',
      zh: '不小于 0 的数',
      description: 'How far inside a limit the value must come back, in the point’s unit.',
    }),
  ),
  ...furtherKeys,
  during: optional(schedule('What judges the value applies at these times only; silence and faults always.')),
});

export const LimitsFile = Type.Union(
  [
    text('STANDARD/TABLE.'),
    keys(
      {
        use: use('The table that applies.'),
        'no-data': optional(duration('Silence longer than this is an alarm.', { least: '1s' })),
        points: optional(
          Type.Record(Type.String(), PointLimitsFile, {
            description: 'Changes to the table, by the point’s key.',
          }),
        ),
      },
      { title: 'a mapping of limits', zh: '限值的映射' },
    ),
  ],
  {
    title: 'STANDARD/TABLE, or { use, no-data, points }',
    zh: '标准/限值表，或 { use, no-data, points }',
    description: 'The table of limits: a folder of alerts/standards and one of its tables.',
  },
);

export type PointLimitsFile = Static<typeof PointLimitsFile>;
export type LimitsFile = Static<typeof LimitsFile>;
