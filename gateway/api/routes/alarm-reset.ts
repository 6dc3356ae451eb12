import { userOf } from '../guard.ts';
import type { ApiOptions, Server } from '../server.ts';
import { AlarmIdParams, AlarmShape, CommentBody } from '../shapes/alarm.ts';

/** POST /alarms/:id/reset: what latched is looked at and well again. */
export function alarmResetRoute(server: Server, { alarms }: ApiOptions): void {
  server.post(
    '/alarms/:id/reset',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Reset a latched alarm',
        params: AlarmIdParams,
        body: CommentBody,
        response: { 200: AlarmShape },
      },
    },
    async (request) =>
      alarms.act(request.params.id, userOf(request).name, {
        type: 'reset',
        comment: request.body.comment.trim(),
      }),
  );
}
