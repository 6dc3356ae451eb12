import { type Static, Type } from 'typebox';
import type { Alarm } from '#model/alarm';
import { DAY } from '#model/time';
import type { ApiOptions, Server } from '../server.ts';
import { ALARM_STATES, AlarmShape } from '../shapes/alarm.ts';
import { listOf, oneOf, PointIdShape, TimeText } from '../shapes/shape.ts';
import { parseSpan } from '../time-query.ts';

const MOST_ALARMS = 5_000;
const USUAL_ALARMS = 500;

const Query = Type.Object(
  {
    state: Type.Optional(
      oneOf(['open', ...ALARM_STATES] as const, { description: 'open: every state but normal' }),
    ),
    point: Type.Optional(PointIdShape),
    from: Type.Optional(TimeText),
    to: Type.Optional(TimeText),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_ALARMS, default: USUAL_ALARMS })),
  },
  { additionalProperties: false },
);

const Answer = Type.Object({ alarms: listOf(AlarmShape) });

/** GET /alarms: the open ones, or those raised in a span (30 days when not said). Newest first. */
export function alarmsRoute(server: Server, options: ApiOptions): void {
  server.get(
    '/alarms',
    { schema: { summary: 'Alarms, newest first', querystring: Query, response: { 200: Answer } } },
    async ({ query }) => {
      const found = await find(options, query);
      const ofPoint = ({ point }: Alarm) => query.point === undefined || point === query.point;
      return { alarms: found.filter(ofPoint).slice(0, query.limit ?? USUAL_ALARMS) };
    },
  );
}

async function find({ alarms, clock }: ApiOptions, query: Static<typeof Query>): Promise<readonly Alarm[]> {
  const { state } = query;
  if (state === 'open' && query.from === undefined && query.to === undefined) return alarms.open();
  const { from, to } = parseSpan(query, clock.wall(), 30 * DAY);
  const history = await alarms.history(from, to, MOST_ALARMS);
  if (state === undefined) return history;
  return history.filter((alarm) => (state === 'open' ? alarm.state !== 'normal' : alarm.state === state));
}
