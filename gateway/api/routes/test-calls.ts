import { Type } from 'typebox';
import { HygateError } from '#model/errors';
import type { Person } from '#model/site';
import { testAnswered } from '#model/test-call';
import { userOf } from '../guard.ts';
import type { ApiOptions, Server } from '../server.ts';
import type { User } from '../users/user.ts';

const Answer = Type.Object(
  { open: Type.Boolean({ description: 'Whoever is logged in was called and has not answered' }) },
  { title: 'TestCall' },
);

/** GET /test-calls, POST /test-calls/answer: the regular test of the way to whoever is logged in. */
export function testCallsRoutes(server: Server, { site, owing, journal, clock }: ApiOptions): void {
  const calledAs = ({ name }: User) => {
    const called = new Set(owing?.());
    return site.people.filter((person) => person.user === name && called.has(person.id));
  };
  server.get(
    '/test-calls',
    { schema: { summary: 'Whether I owe an answer to a test call', response: { 200: Answer } } },
    async (request) => ({ open: calledAs(userOf(request)).length > 0 }),
  );
  server.post(
    '/test-calls/answer',
    { schema: { summary: 'The test call has reached me' } },
    async (request, reply) => {
      const user = userOf(request);
      const called = calledAs(user);
      if (called.length === 0) throw nothingToAnswer(user, site.people);
      for (const { id } of called)
        await journal.record(testAnswered({ person: id, by: user.name, at: clock.wall() }));
      return reply.code(204).send();
    },
  );
}

function nothingToAnswer({ name }: User, people: readonly Person[]): HygateError {
  const detail = people.some(({ user }) => user === name)
    ? 'No test call waits for your answer: it was answered already, or none has gone out.'
    : `Nobody in the site file has the log-in "${name}"; an administrator can write user: ${name} beside a person there.`;
  return new HygateError('test-call-unknown', detail);
}
