import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ERRORS, HygateError } from '#model/errors';
import type { Influxql, InfluxqlQuestion } from '#model/influxql';
import type { ApiOptions, Server } from '../server.ts';
import { answerStream } from '../streams/answer-stream.ts';

/** What a client that was sent away because of others is asked to wait: they have taken their answers, or were cut off. */
const RETRY_AFTER_S = 5;

const FORM = 'application/x-www-form-urlencoded';

/** GET and POST /query, GET /ping: what Grafana's InfluxDB data source asks for (InfluxQL). */
export function influxqlRoutes(server: Server, options: ApiOptions): void {
  const { influxql, log, version } = options;
  if (influxql === undefined) return;
  void server.register((scope, _options, done) => {
    scope.addHook('onRequest', async (_request, reply) => {
      reply.header('x-influxdb-version', `1.8-hygate-${version}`);
    });
    scope.setErrorHandler(errorHandler(log));
    scope.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, parsed) =>
      parsed(null, String(body)),
    );
    const query = { config: { basic: true }, schema: { hide: true } } as const;
    scope.get('/query', query, (request, reply) => answer(influxql, request, reply, options));
    scope.post('/query', query, (request, reply) => answer(influxql, request, reply, options));
    scope.get('/ping', { config: { access: 'public' }, schema: { hide: true } }, (_request, reply) =>
      reply.code(204).send(),
    );
    done();
  });
}

async function answer(
  influxql: Influxql,
  request: FastifyRequest,
  reply: FastifyReply,
  { clock, meter }: Pick<ApiOptions, 'clock' | 'meter'>,
) {
  const ended = new AbortController();
  reply.raw.once('close', () => ended.abort());
  const pieces = await influxql.answer(questionOf(request, ended.signal));
  return reply.type('application/json').send(answerStream(pieces, { response: reply.raw, clock, meter }));
}

function questionOf(request: FastifyRequest, signal: AbortSignal): InfluxqlQuestion {
  const parameters = parametersOf(request);
  const given = (name: string) => parameters.get(name) ?? '';
  for (const secret of ['u', 'p'])
    if (parameters.has(secret))
      throw refused(`${secret} is not taken, because addresses end in logs: ${HOW_TO_LOG_IN}`);
  if (parameters.has('params')) throw refused('params is not supported: write the values into the query');
  if (given('q') === '') throw refused('missing required parameter "q"');
  return {
    query: given('q'),
    database: given('db') === '' ? null : given('db'),
    ...(given('epoch') !== '' && { epoch: given('epoch') }),
    signal,
  };
}

/** Of the address, and of a form; what stands in both counts as the form says it, as in InfluxDB. */
function parametersOf({ url, body }: FastifyRequest): ReadonlyMap<string, string> {
  const mark = url.indexOf('?');
  const asked = new URLSearchParams(mark < 0 ? '' : url.slice(mark));
  const form = new URLSearchParams(typeof body === 'string' ? body : '');
  return new Map([...asked, ...form]);
}

const refused = (text: string): HygateError => new HygateError('request-invalid', text);

const HOW_TO_LOG_IN = 'send the name and password of a user of the gateway by HTTP Basic, or a token';

/** Errors in the form that clients of InfluxDB read. */
const errorHandler =
  (log: ApiOptions['log']) =>
  (error: FastifyError | HygateError, request: FastifyRequest, reply: FastifyReply) => {
    const status = error instanceof HygateError ? ERRORS[error.code].status : (error.statusCode ?? 500);
    if (status >= 500) log.error({ route: request.routeOptions.url, err: error }, 'a query failed');
    // Before the log-in it is guesses that are slowed, and those wait longer.
    if (status === 429 && request.user !== null) reply.header('retry-after', RETRY_AFTER_S);
    if (status === 401) reply.header('www-authenticate', 'Basic realm="Hygate", charset="UTF-8"');
    return reply.code(status).send({ error: textOf(error, status) });
  };

function textOf(error: FastifyError | HygateError, status: number): string {
  if (error instanceof HygateError && error.code === 'login-required')
    return `authorization failed: ${HOW_TO_LOG_IN}`;
  if (status >= 500 && !(error instanceof HygateError))
    return 'The gateway met an error of its own; its log says which.';
  return error.message;
}
