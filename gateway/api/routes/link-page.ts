import type { FastifyError, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { ERRORS, HygateError } from '#model/errors';
import type { Log } from '#model/log';
import { LINK_PAGE_STYLE, linkErrorPage, linkPage } from '../links/link-page.ts';
import type { ApiOptions, Server } from '../server.ts';
import { CommentText } from '../shapes/alarm.ts';
import { LINK_RATE, TokenParams } from './links.ts';

const Form = Type.Object({ comment: Type.Optional(CommentText) });

const config = { access: 'public', rateLimit: LINK_RATE } as const;
const hide = { hide: true } as const;

/** GET /l/:token: the page of a link in a message. POST, by its button: the answer. */
export function linkPageRoutes(parent: Server, { links, site, log }: ApiOptions): void {
  void parent.register((server: Server, _options, done) => {
    server.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, parsed) => parsed(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    server.setErrorHandler((error: FastifyError, _request, reply) => failed(error, reply, log));
    server.get('/l/page.css', { config: { access: 'public' }, schema: hide }, async (_request, reply) =>
      reply.type('text/css').header('cache-control', 'public, max-age=3600').send(LINK_PAGE_STYLE),
    );
    server.get('/l/:token', { config, schema: { ...hide, params: TokenParams } }, async ({ params }, reply) =>
      html(reply, linkPage(await links.look(params.token), site)),
    );
    server.post(
      '/l/:token',
      { config, schema: { ...hide, params: TokenParams, body: Form } },
      async ({ params: { token }, body }, reply) => {
        await links.answer(token, (body.comment ?? '').trim());
        // So that looking again does not answer again.
        return reply.redirect(`/l/${token}`, 303);
      },
    );
    done();
  });
}

/** Not to be kept by anybody on the way, and its address not to be told to anybody else; the button needs its origin told. */
const html = (reply: FastifyReply, page: string): FastifyReply =>
  reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'same-origin')
    .send(page);

function failed(error: FastifyError | HygateError, reply: FastifyReply, log: Log): FastifyReply {
  const known = error instanceof HygateError ? error : told(error);
  if (known.code === 'internal') log.error({ err: error }, 'the page of a link failed');
  return html(reply.code(ERRORS[known.code].status), linkErrorPage(known));
}

function told({ statusCode = 500 }: FastifyError): HygateError {
  if (statusCode === 429)
    return new HygateError('too-many-requests', 'Too many requests: try again in a minute.');
  if (statusCode < 500)
    return new HygateError(
      'link-invalid',
      'This is no link of this gateway: open the one in the message, whole.',
    );
  return new HygateError('internal', 'The gateway met an error of its own; its log says which.');
}
