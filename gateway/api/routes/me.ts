import { userOf } from '../guard.ts';
import type { Server } from '../server.ts';
import { UserShape } from '../shapes/user.ts';

/** GET /me: who is logged in. */
export function meRoute(server: Server): void {
  server.get(
    '/me',
    { config: { access: 'one-time' }, schema: { summary: 'Who is logged in', response: { 200: UserShape } } },
    async (request) => userOf(request),
  );
}
