import { Type } from 'typebox';
import { setSession } from '../guard.ts';
import type { ApiOptions, Server } from '../server.ts';
import { oneOf } from '../shapes/shape.ts';
import { NameText, PasswordText, UserShape } from '../shapes/user.ts';

const Body = Type.Object(
  {
    name: NameText,
    password: PasswordText,
    session: Type.Optional(oneOf(['cookie', 'bearer'] as const, { description: 'bearer: for programs' })),
  },
  { additionalProperties: false },
);

const Answer = Type.Object({
  user: UserShape,
  token: Type.Optional(Type.String({ description: 'For `Authorization: Bearer`; only when asked for' })),
});

/** Each try costs 50 ms of a core. The users slow down failures by themselves; this bounds the work. */
export const LOGIN_RATE = { max: 30, timeWindow: 60_000 } as const;

/** POST /login: opens a session, in a cookie that scripts cannot read, or as a bearer token for programs. */
export function loginRoute(server: Server, { users }: ApiOptions): void {
  server.post(
    '/login',
    {
      config: { access: 'public', rateLimit: LOGIN_RATE },
      schema: { summary: 'Log in', body: Body, response: { 200: Answer } },
    },
    async (request, reply) => {
      const { name, password, session } = request.body;
      const { token, user } = await users.login(name, password, request.ip);
      if (session === 'bearer') return { user, token };
      setSession(request, reply, token);
      return { user };
    },
  );
}
