import { Type } from 'typebox';
import type { News } from '#model/channel';
import type { DeliveryState, TellingAttempt } from '#model/outbox';
import { SEVERITIES } from '#model/standard';
import { EpochMsShape, listOf, numberOrNull, oneOf } from './shape.ts';

const NEWS: readonly News[] = ['raised', 'escalated', 'reminder', 'cleared', 'digest', 'test'];
const STATES: readonly DeliveryState[] = ['waiting', 'sent', 'delivered', 'given-up', 'withdrawn', 'merged'];
const RESULTS: readonly TellingAttempt['result'][] = [
  ...([
    'sent',
    'delivered',
    'unconfirmed',
    'withdrawn',
    'merged',
    'timeout',
    'unreachable',
    'refused',
  ] as const),
  ...(['rate-limited', 'rejected', 'misconfigured', 'undelivered'] as const),
];

const AttemptShape = Type.Object({
  channel: Type.String({ description: 'none: it was withdrawn, merged into another message, or given up' }),
  at: EpochMsShape,
  result: oneOf(RESULTS),
  answer: Type.String({ description: 'What the provider said, or what went wrong' }),
});

/** One message to one person, with every try of it. */
export const TellingShape = Type.Object(
  {
    key: Type.String({ description: 'Channels send it along: receivers drop repeats by it' }),
    event: oneOf(NEWS),
    person: Type.Object({ id: Type.String(), name: Type.String() }),
    at: EpochMsShape,
    severity: oneOf(SEVERITIES),
    state: oneOf(STATES),
    answeredAt: numberOrNull({ description: 'When the person answered by the link in it' }),
    attempts: listOf(AttemptShape),
  },
  { title: 'Telling' },
);
