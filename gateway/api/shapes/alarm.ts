import { Type } from 'typebox';
import type { Alarm, AlarmEvent, AlarmEventType, AlarmState } from '#model/alarm';
import { REASONS } from '#model/quality';
import type { Rule } from '#model/rule';
import type { Basis, Certainty } from '#model/standard';
import { SEVERITIES } from '#model/standard';
import type { Text } from '#model/text';
import { EpochMsShape, listOf, numberOrNull, oneOf, PointIdShape, textOrNull } from './shape.ts';

export const TextShape = Type.Unsafe<Text>(
  Type.Object({ zh: Type.String(), en: Type.String() }, { title: 'Text' }),
);

const CERTAINTIES: readonly Certainty[] = ['S', 'S2', 'M+', 'M?', 'E'];

const BasisShape = Type.Unsafe<Basis>(
  Type.Object(
    {
      document: Type.String(),
      clause: Type.Optional(Type.String()),
      certainty: oneOf(CERTAINTIES, {
        description: 'Only S and S2 were read in a source; the rest are defaults',
      }),
    },
    { title: 'Basis' },
  ),
);

const RULE_KINDS: readonly Rule['kind'][] = [
  ...(['limit', 'no-data', 'fault', 'frozen', 'rate', 'mean', 'exposure', 'kinetic-mean'] as const),
  ...(['difference', 'forecast', 'condition'] as const),
];

/** What is optional stands in rules of some kinds: `#model/rule` says which. */
export const RuleShape = Type.Unsafe<Rule>(
  Type.Object(
    {
      kind: oneOf<Rule['kind']>(RULE_KINDS),
      id: Type.String({ description: 'Unique in the point' }),
      limit: Type.Optional(Type.Number()),
      inclusive: Type.Optional(Type.Boolean()),
      deadband: Type.Optional(Type.Number()),
      onDelay: Type.Optional(Type.Integer({ description: 'ms' })),
      offDelay: Type.Optional(Type.Integer({ description: 'ms' })),
      after: Type.Optional(Type.Integer({ description: 'ms' })),
      within: Type.Optional(
        Type.Unsafe<number | 'event'>({ type: ['integer', 'string'], description: 'ms; event: in one go' }),
      ),
      horizon: Type.Optional(Type.Integer({ description: 'ms' })),
      beyond: Type.Optional(Type.Number({ description: 'What is exposure, in the unit of the point' })),
      including: Type.Optional(Type.Boolean({ description: 'beyond itself counts' })),
      least: Type.Optional(Type.Number({ description: 'A change of no more is none' })),
      coverage: Type.Optional(Type.Number({ description: 'Share of the window with good readings, 0 to 1' })),
      other: Type.Optional(PointIdShape),
      reasons: Type.Optional(listOf(oneOf(REASONS))),
      latch: Type.Optional(Type.Boolean({ description: 'Waits for a reset' })),
      people: Type.Optional(Type.Integer({ description: 'So many are told at once, at least' })),
      during: Type.Optional(
        Type.Array(
          Type.Object({
            days: Type.Optional(listOf(Type.Integer())),
            from: Type.Integer(),
            to: Type.Integer(),
          }),
          { description: 'At these times only: days 1 (Monday) to 7, minutes after midnight' },
        ),
      ),
      name: Type.Optional(TextShape),
      severity: oneOf(SEVERITIES),
      basis: BasisShape,
      advice: TextShape,
    },
    { title: 'Rule' },
  ),
);

export const ALARM_STATES: readonly AlarmState[] = [
  ...(['unacknowledged', 'acknowledged', 'returned', 'latched', 'normal'] as const),
];

export const AlarmShape = Type.Unsafe<Alarm>(
  Type.Object(
    {
      id: Type.String(),
      point: PointIdShape,
      rule: RuleShape,
      state: oneOf(ALARM_STATES),
      since: EpochMsShape,
      raisedAt: EpochMsShape,
      clearedAt: numberOrNull(),
      value: numberOrNull(),
      worst: numberOrNull(),
      expectedAt: Type.Optional(
        Type.Integer({ description: 'Of a forecast: when the limit will be reached' }),
      ),
      late: Type.Boolean(),
      acknowledged: Type.Union([
        Type.Object({
          at: EpochMsShape,
          by: Type.String(),
          comment: Type.String(),
          until: numberOrNull(),
        }),
        Type.Null(),
      ]),
      shelvedUntil: numberOrNull(),
      suppressedBy: textOrNull(),
      outOfService: Type.Boolean(),
      heldUntil: Type.Optional(Type.Integer({ description: 'Nothing is said before: it may be explained' })),
      shelfAsk: Type.Optional(
        Type.Object(
          {
            ...{ at: EpochMsShape, by: Type.String(), until: EpochMsShape },
            ...{ oneShot: Type.Boolean(), comment: Type.String() },
          },
          { description: 'Another person may grant it' },
        ),
      ),
    },
    { title: 'Alarm' },
  ),
);

const EVENT_TYPES: readonly AlarmEventType[] = [
  'raised',
  'cleared',
  'acknowledged',
  'acknowledgement-expired',
  'reset',
  'shelf-asked',
  'shelved',
  'unshelved',
  'suppressed',
  'unsuppressed',
  'out-of-service',
  'in-service',
  'commented',
];

export const AlarmEventShape = Type.Unsafe<AlarmEvent>(
  Type.Object(
    {
      type: oneOf(EVENT_TYPES),
      at: EpochMsShape,
      by: textOrNull(),
      comment: textOrNull(),
      alarm: AlarmShape,
      oneShot: Type.Optional(Type.Boolean({ description: 'Of shelved: ends when the alarm clears' })),
    },
    { title: 'AlarmEvent' },
  ),
);

export const AlarmIdParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) });

export const CommentText = Type.String({ maxLength: 1000 });

export const CommentBody = Type.Object({ comment: CommentText }, { additionalProperties: false });
