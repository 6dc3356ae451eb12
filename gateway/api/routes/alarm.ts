import { Type } from 'typebox';
import { HygateError } from '#model/errors';
import type { ApiOptions, Server } from '../server.ts';
import { AlarmEventShape, AlarmIdParams, AlarmShape } from '../shapes/alarm.ts';
import { listOf } from '../shapes/shape.ts';

const Answer = Type.Object({ alarm: AlarmShape, events: listOf(AlarmEventShape) });

/** GET /alarms/:id: one alarm with all that happened to it, oldest first. */
export function alarmRoute(server: Server, { alarms }: ApiOptions): void {
  server.get(
    '/alarms/:id',
    { schema: { summary: 'One alarm and its events', params: AlarmIdParams, response: { 200: Answer } } },
    async ({ params: { id } }) => {
      const events = await alarms.events(id);
      const alarm = alarms.open().find((open) => open.id === id) ?? events.at(-1)?.alarm;
      if (alarm === undefined) throw new HygateError('alarm-unknown', `There is no alarm "${id}".`);
      return { alarm, events };
    },
  );
}
