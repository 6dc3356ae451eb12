import { Type } from 'typebox';
import type { Alarm } from '#model/alarm';
import { HygateError } from '#model/errors';
import { formatDuration, HOUR, type Ms } from '#model/time';
import { userOf } from '../guard.ts';
import type { ApiOptions, Server } from '../server.ts';
import { AlarmIdParams, AlarmShape, CommentText } from '../shapes/alarm.ts';
import { TimeText } from '../shapes/shape.ts';
import { parseTime } from '../time-query.ts';

/** ISA-18.2 wants shelving bounded. A critical alarm may be silenced for a repair, not for a shift: ours, no standard says it. */
const LONGEST: Readonly<Record<Alarm['rule']['severity'], Ms>> = {
  critical: 2 * HOUR,
  warning: 24 * HOUR,
  notice: 72 * HOUR,
};

const Body = Type.Object({ until: TimeText, comment: CommentText }, { additionalProperties: false });

/** POST /alarms/:id/shelve: be quiet about it until a moment, with a reason. */
export function alarmShelveRoute(server: Server, { alarms, clock }: ApiOptions): void {
  server.post(
    '/alarms/:id/shelve',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Shelve an alarm',
        params: AlarmIdParams,
        body: Body,
        response: { 200: AlarmShape },
      },
    },
    async (request) => {
      const { id } = request.params;
      const comment = request.body.comment.trim();
      if (comment === '') throw new HygateError('request-invalid', 'Shelving needs a reason as comment.');
      const until = parseTime(request.body.until, 'until');
      refuseTooLong(
        until - clock.wall(),
        alarms.open().find((alarm) => alarm.id === id),
      );
      return alarms.act(id, userOf(request).name, { type: 'shelve', until, comment });
    },
  );
}

/** An alarm that is not open is left to the engine, which knows whether it is over or unknown. */
function refuseTooLong(length: Ms, alarm: Alarm | undefined): void {
  if (length <= 0) throw new HygateError('request-invalid', 'until must be in the future.');
  if (alarm === undefined || length <= LONGEST[alarm.rule.severity]) return;
  const longest = formatDuration(LONGEST[alarm.rule.severity]);
  throw new HygateError(
    'request-invalid',
    `A ${alarm.rule.severity} alarm may be shelved for at most ${longest}.`,
  );
}
