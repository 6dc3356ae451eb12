import { Type } from 'typebox';
import { DAY } from '#model/time';
import { VITALS_TYPE } from '#model/vitals';
import type { ApiOptions, Server } from '../server.ts';
import { EpochMsShape, listOf, TimeText, textOrNull } from '../shapes/shape.ts';
import { parseSpan } from '../time-query.ts';

const MOST_EVENTS = 5_000;
const USUAL_EVENTS = 500;

const Query = Type.Object(
  {
    from: Type.Optional(TimeText),
    to: Type.Optional(TimeText),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_EVENTS, default: USUAL_EVENTS })),
  },
  { additionalProperties: false },
);

const EventShape = Type.Object({
  seq: Type.Integer(),
  type: Type.String(),
  at: EpochMsShape,
  by: textOrNull(),
  data: Type.Unsafe<Readonly<Record<string, unknown>>>(Type.Object({}, { additionalProperties: true })),
});

const Answer = Type.Object({ events: listOf(EventShape) });

/** GET /log: what happened to the gateway and what people did, out of the journal; not how it does every few minutes. */
export function logRoute(server: Server, { journal, clock }: ApiOptions): void {
  server.get(
    '/log',
    { schema: { summary: 'Events of the journal', querystring: Query, response: { 200: Answer } } },
    async ({ query }) => {
      const { from, to } = parseSpan(query, clock.wall(), 7 * DAY);
      const limit = query.limit ?? USUAL_EVENTS;
      return { events: await journal.history.events(from, to, limit, { but: [VITALS_TYPE] }) };
    },
  );
}
