import { Type } from 'typebox';
import { userOf } from '../guard.ts';
import type { ApiOptions, Server } from '../server.ts';
import { AlarmIdParams, AlarmShape, CommentText } from '../shapes/alarm.ts';
import { TimeText } from '../shapes/shape.ts';
import { parseTime } from '../time-query.ts';

const Body = Type.Object(
  { comment: CommentText, until: Type.Optional(TimeText) },
  { additionalProperties: false },
);

/**
 * POST /alarms/:id/acknowledge: someone has seen it and does something about it. It counts `until` then, or for as long
 * as the site allows, when that is not said.
 */
export function alarmAcknowledgeRoute(server: Server, { alarms }: ApiOptions): void {
  server.post(
    '/alarms/:id/acknowledge',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Acknowledge an alarm',
        params: AlarmIdParams,
        body: Body,
        response: { 200: AlarmShape },
      },
    },
    async (request) => {
      const { comment, until } = request.body;
      return alarms.act(request.params.id, userOf(request).name, {
        type: 'acknowledge',
        comment: comment.trim(),
        ...(until === undefined ? {} : { until: parseTime(until, 'until') }),
      });
    },
  );
}
