import { HygateError } from '#model/errors';
import { userOf } from '../guard.ts';
import type { ApiOptions, Server } from '../server.ts';
import { AlarmIdParams, AlarmShape, CommentBody } from '../shapes/alarm.ts';

/** POST /alarms/:id/comment */
export function alarmCommentRoute(server: Server, { alarms }: ApiOptions): void {
  server.post(
    '/alarms/:id/comment',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Comment on an alarm',
        params: AlarmIdParams,
        body: CommentBody,
        response: { 200: AlarmShape },
      },
    },
    async (request) => {
      const comment = request.body.comment.trim();
      if (comment === '') throw new HygateError('request-invalid', 'A comment needs words.');
      return alarms.act(request.params.id, userOf(request).name, { type: 'comment', comment });
    },
  );
}
