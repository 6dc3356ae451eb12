import { Type } from 'typebox';
import { clearSession } from '../guard.ts';
import type { ApiOptions, Server } from '../server.ts';

/** POST /logout: ends the session. */
export function logoutRoute(server: Server, { users }: ApiOptions): void {
  server.post(
    '/logout',
    { config: { access: 'one-time' }, schema: { summary: 'Log out', response: { 204: Type.Null() } } },
    async (request, reply) => {
      if (request.token !== null) await users.logout(request.token);
      clearSession(request, reply);
      return reply.code(204).send(null);
    },
  );
}
