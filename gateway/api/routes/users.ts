import { Type } from 'typebox';
import { userOf } from '../guard.ts';
import type { ApiOptions, Server } from '../server.ts';
import { listOf } from '../shapes/shape.ts';
import { CredentialsShape, NameText, RoleShape, UserShape } from '../shapes/user.ts';

const Answer = Type.Object({ users: listOf(UserShape) });
const Body = Type.Object({ name: NameText, role: RoleShape }, { additionalProperties: false });

/** GET /users lists them; POST /users makes one and answers its one-time password, once. */
export function usersRoutes(server: Server, { users }: ApiOptions): void {
  server.get(
    '/users',
    { config: { access: 'admin' }, schema: { summary: 'All users', response: { 200: Answer } } },
    async () => ({ users: users.all() }),
  );
  server.post(
    '/users',
    {
      config: { access: 'admin' },
      schema: { summary: 'Make a user', body: Body, response: { 201: CredentialsShape } },
    },
    async (request, reply) => {
      const { name, role } = request.body;
      return reply.code(201).send(await users.create(name, role, userOf(request).name));
    },
  );
}
