import { Type } from 'typebox';
import { setSession, userOf } from '../guard.ts';
import type { ApiOptions, Server } from '../server.ts';
import { PasswordText, UserShape } from '../shapes/user.ts';
import { LOGIN_RATE } from './login.ts';

const Body = Type.Object(
  { current: PasswordText, next: Type.String({ maxLength: 1000 }) },
  { additionalProperties: false },
);

/** POST /password: changes one's own password; every other session of the user ends. */
export function passwordRoute(server: Server, { users }: ApiOptions): void {
  server.post(
    '/password',
    {
      config: { access: 'one-time', rateLimit: LOGIN_RATE },
      schema: { summary: 'Change the password', body: Body, response: { 200: UserShape } },
    },
    async (request, reply) => {
      const { token, user } = await users.changePassword(userOf(request), request.body, request.ip);
      setSession(request, reply, token);
      return user;
    },
  );
}
