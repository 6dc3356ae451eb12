import { Type } from 'typebox';
import { userOf } from '../guard.ts';
import type { ApiOptions, Server } from '../server.ts';
import { oneOf } from '../shapes/shape.ts';
import { NameText } from '../shapes/user.ts';

const Params = Type.Object({ name: NameText });
const Body = Type.Object(
  { action: oneOf(['disable', 'enable', 'reset-password'] as const) },
  { additionalProperties: false },
);
const Answer = Type.Object({ name: NameText, password: Type.Optional(Type.String()) });

/** POST /users/:name: disable, enable, or give a new one-time password. Ends the user's sessions. */
export function userRoute(server: Server, { users }: ApiOptions): void {
  server.post(
    '/users/:name',
    {
      config: { access: 'admin' },
      schema: { summary: 'Change a user', params: Params, body: Body, response: { 200: Answer } },
    },
    async (request) => {
      const { name } = request.params;
      const by = userOf(request).name;
      if (request.body.action === 'reset-password') return users.resetPassword(name, by);
      await users.setDisabled(name, request.body.action === 'disable', by);
      return { name };
    },
  );
}
