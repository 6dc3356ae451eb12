import { Type } from 'typebox';
import type { Telling } from '#model/outbox';
import type { Site } from '#model/site';
import type { ApiOptions, Server } from '../server.ts';
import { AlarmIdParams } from '../shapes/alarm.ts';
import { listOf } from '../shapes/shape.ts';
import { TellingShape } from '../shapes/telling.ts';

const Answer = Type.Object({ messages: listOf(TellingShape) });

/** GET /alarms/:id/messages: whom we told of it, when, by which way, and what the provider answered to each try. */
export function alarmMessagesRoute(server: Server, { tellings, site }: ApiOptions): void {
  server.get(
    '/alarms/:id/messages',
    { schema: { summary: 'Who was told of an alarm', params: AlarmIdParams, response: { 200: Answer } } },
    async ({ params: { id } }) => {
      const told = await tellings.ofAlarm(id);
      return { messages: told.map((telling) => shown(telling, site)) };
    },
  );
}

function shown(telling: Telling, site: Site) {
  const { key, event, at, severity, state, answeredAt, attempts } = telling;
  // Whoever left the site was told all the same.
  const name = site.people.find(({ id }) => id === telling.person)?.name ?? telling.person;
  return { key, event, at, severity, state, answeredAt, attempts, person: { id: telling.person, name } };
}
