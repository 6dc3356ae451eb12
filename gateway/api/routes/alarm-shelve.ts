import { Type } from 'typebox';
import { userOf } from '../guard.ts';
import type { ApiOptions, Server } from '../server.ts';
import { AlarmIdParams, AlarmShape, CommentBody, CommentText } from '../shapes/alarm.ts';
import { TimeText } from '../shapes/shape.ts';
import { parseTime } from '../time-query.ts';

const Body = Type.Object(
  {
    until: TimeText,
    oneShot: Type.Optional(Type.Boolean({ description: 'Ends before when the alarm clears' })),
    comment: CommentText,
  },
  { additionalProperties: false },
);

/**
 * POST /alarms/:id/shelve: be quiet about it until a moment, with a reason. Where the site wants two persons it is asked
 * for, and another one grants it by POST /alarms/:id/grant-shelf. POST /alarms/:id/unshelve ends it.
 */
export function alarmShelveRoutes(server: Server, { alarms }: ApiOptions): void {
  server.post(
    '/alarms/:id/shelve',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Shelve an alarm, or ask for it where a second person must grant it',
        params: AlarmIdParams,
        body: Body,
        response: { 200: AlarmShape },
      },
    },
    async (request) => {
      const { until, oneShot = false, comment } = request.body;
      return alarms.act(request.params.id, userOf(request).name, {
        type: 'shelve',
        until: parseTime(until, 'until'),
        oneShot,
        comment: comment.trim(),
      });
    },
  );
  const withWords = (summary: string) => ({
    config: { access: 'operator' as const },
    schema: { summary, params: AlarmIdParams, body: CommentBody, response: { 200: AlarmShape } },
  });
  server.post(
    '/alarms/:id/grant-shelf',
    withWords('Grant the shelf that another person asked for'),
    async (request) =>
      alarms.act(request.params.id, userOf(request).name, {
        type: 'grant-shelf',
        comment: request.body.comment.trim(),
      }),
  );
  server.post('/alarms/:id/unshelve', withWords('Take an alarm from the shelf'), async (request) =>
    alarms.act(request.params.id, userOf(request).name, {
      type: 'unshelve',
      comment: request.body.comment.trim(),
    }),
  );
}
