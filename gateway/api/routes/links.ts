import { Type } from 'typebox';
import type { ApiOptions, Server } from '../server.ts';
import { AlarmShape, CommentText } from '../shapes/alarm.ts';
import { EpochMsShape, listOf, numberOrNull, oneOf } from '../shapes/shape.ts';

/** Nobody guesses 128 bits; this bounds the work of who tries. A ward behind one address is below it. */
export const LINK_RATE = { max: 60, timeWindow: 60_000 } as const;

export const TokenParams = Type.Object({ token: Type.String({ minLength: 1, maxLength: 64 }) });

const Answer = Type.Object({
  person: Type.Object({ id: Type.String(), name: Type.String(), language: oneOf(['zh', 'en'] as const) }),
  about: oneOf(['test', 'alarms'] as const),
  alarms: listOf(AlarmShape),
  expires: EpochMsShape,
  answeredAt: numberOrNull(),
});

const Body = Type.Object({ comment: CommentText }, { additionalProperties: false });

const config = { access: 'public', rateLimit: LINK_RATE } as const;

/** GET /links/:token: what a link in a message is about, as it stands now. POST: acknowledges, in the person's name. */
export function linksRoutes(server: Server, { links }: ApiOptions): void {
  const schema = { params: TokenParams, response: { 200: Answer } };
  server.get(
    '/links/:token',
    { config, schema: { ...schema, summary: 'What a link in a message is about' } },
    async ({ params: { token } }, reply) => {
      void reply.header('cache-control', 'no-store');
      return links.look(token);
    },
  );
  server.post(
    '/links/:token',
    { config, schema: { ...schema, body: Body, summary: 'Answer a message by its link, once' } },
    async ({ params: { token }, body: { comment } }, reply) => {
      void reply.header('cache-control', 'no-store');
      return links.answer(token, comment.trim());
    },
  );
}
