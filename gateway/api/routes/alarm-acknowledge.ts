import { Type } from 'typebox';
import { userOf } from '../guard.ts';
import type { ApiOptions, Server } from '../server.ts';
import { AlarmIdParams, AlarmShape, CommentText } from '../shapes/alarm.ts';

const Body = Type.Object({ comment: CommentText }, { additionalProperties: false });

/** POST /alarms/:id/acknowledge: someone has seen it and does something about it. */
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
    async (request) =>
      alarms.act(request.params.id, userOf(request).name, {
        type: 'acknowledge',
        comment: request.body.comment.trim(),
      }),
  );
}
