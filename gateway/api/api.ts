import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import { HygateError } from '#model/errors';
import type { Part } from '#model/part';
import { type Ms, SECOND } from '#model/time';
import { documentation, openapiRoute } from './documentation.ts';
import { guard } from './guard.ts';
import { Health } from './health.ts';
import { page, securityHeaders } from './page.ts';
import { errorHandler, notFoundHandler } from './problem.ts';
import { alarmRoute } from './routes/alarm.ts';
import { alarmAcknowledgeRoute } from './routes/alarm-acknowledge.ts';
import { alarmCommentRoute } from './routes/alarm-comment.ts';
import { alarmMessagesRoute } from './routes/alarm-messages.ts';
import { alarmResetRoute } from './routes/alarm-reset.ts';
import { alarmShelveRoutes } from './routes/alarm-shelve.ts';
import { alarmsRoute } from './routes/alarms.ts';
import { eventsRoute } from './routes/events.ts';
import { gapsRoute } from './routes/gaps.ts';
import { healthzRoute } from './routes/healthz.ts';
import { importedRoute } from './routes/imported.ts';
import { indicatorsRoutes } from './routes/indicators.ts';
import { influxqlRoutes } from './routes/influxql.ts';
import { ledgerRoute } from './routes/ledger.ts';
import { linkPageRoutes } from './routes/link-page.ts';
import { linksRoutes } from './routes/links.ts';
import { logRoute } from './routes/log.ts';
import { loginRoute } from './routes/login.ts';
import { logoutRoute } from './routes/logout.ts';
import { meRoute } from './routes/me.ts';
import { metricsRoute } from './routes/metrics.ts';
import { nowRoute } from './routes/now.ts';
import { oncallRoute } from './routes/oncall.ts';
import { outOfServiceRoutes } from './routes/out-of-service.ts';
import { passwordRoute } from './routes/password.ts';
import { pushRoutes } from './routes/push.ts';
import { readingsRoute } from './routes/readings.ts';
import { siteRoute } from './routes/site.ts';
import { testCallsRoutes } from './routes/test-calls.ts';
import { userRoute } from './routes/user.ts';
import { usersRoutes } from './routes/users.ts';
import type { ApiOptions, Server } from './server.ts';
import { EventStreams } from './streams/event-streams.ts';

const LARGEST_BODY_BYTES = 65_536;
/** As many as the broker takes. Files of the journal need descriptors too: a flood of sockets must leave them some. */
const MOST_CONNECTIONS = 1_000;
/** A socket that asks for nothing does not keep its place for longer. */
const REQUEST_WITHIN: Ms = 20 * SECOND;

/** The HTTP server: the API under /api/v1, /healthz, /metrics, /openapi.json, and the page. */
export class Api implements Part {
  readonly name = 'api';
  readonly #options: ApiOptions;
  readonly #health: Health;
  readonly #streams: EventStreams;
  #server: Server | undefined;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#health = new Health(options);
    this.#streams = new EventStreams({ ...options, complaints: () => this.#health.complaints() });
  }

  /** The port it listens on; 0 before the start. */
  get port(): number {
    const address = this.#server?.server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  /** Throws `port-in-use`. */
  async start(): Promise<void> {
    const { http } = this.#options.site;
    this.#server = await this.#build();
    try {
      // A copy: fastify writes into what it is given.
      await this.#server.listen({ ...http });
    } catch (cause) {
      await this.#server.close();
      throw portError(cause, `${http.host}:${http.port}`);
    }
    await this.#health.start();
    await this.#streams.start();
  }

  async stop(): Promise<void> {
    this.#health.stop();
    await this.#streams.stop();
    await this.#server?.close();
    this.#server = undefined;
  }

  async #build(): Promise<Server> {
    const { log, webDir, version, site } = this.#options;
    const server: Server = fastify({
      forceCloseConnections: true,
      bodyLimit: LARGEST_BODY_BYTES,
      requestTimeout: REQUEST_WITHIN,
      http: { headersTimeout: REQUEST_WITHIN, connectionsCheckingInterval: REQUEST_WITHIN / 4 },
      // A proxy with TLS on the same machine says who really asks; of others, those of the site file.
      trustProxy: ['loopback', ...site.trustedProxies],
    });
    server.server.maxConnections = MOST_CONNECTIONS;
    // TypeBox's own: numbers in a query are read from text, but a body is taken as it is.
    server.setValidatorCompiler(TypeBoxValidatorCompiler);
    server.setErrorHandler(errorHandler(log));
    server.setNotFoundHandler(notFoundHandler);
    this.#count(server);
    await securityHeaders(server);
    await server.register(cookie);
    await server.register(rateLimit, { global: false });
    await documentation(server, version);
    await server.register((scope, _options, done) => {
      this.#routes(scope);
      done();
    });
    await page(server, webDir, log);
    return server;
  }

  /** Everything that needs to know who asks lies in this scope, so that no route can miss the guard. */
  #routes(scope: Server): void {
    const options = this.#options;
    scope.decorateRequest('user', null);
    scope.decorateRequest('token', null);
    scope.addHook('onRequest', guard(options.users));
    healthzRoute(scope, this.#health, options.version);
    metricsRoute(scope, options);
    openapiRoute(scope);
    linkPageRoutes(scope, options);
    influxqlRoutes(scope, options);
    void scope.register(
      (api, _options, done) => {
        this.#api(api);
        done();
      },
      { prefix: '/api/v1' },
    );
  }

  #api(api: Server): void {
    const options = this.#options;
    const routes = [
      ...[siteRoute, nowRoute, readingsRoute, importedRoute, gapsRoute, ledgerRoute, logRoute],
      ...[alarmsRoute, alarmRoute, alarmAcknowledgeRoute, alarmShelveRoutes],
      ...[alarmResetRoute, alarmCommentRoute, outOfServiceRoutes],
      ...[indicatorsRoutes, oncallRoute, testCallsRoutes, pushRoutes],
      ...[loginRoute, logoutRoute, passwordRoute, meRoute, usersRoutes, userRoute],
    ];
    for (const route of [...routes, alarmMessagesRoute, linksRoutes]) route(api, options);
    eventsRoute(api, this.#streams, options.users);
  }

  /** By the route's pattern, never by the address asked for: labels come from a closed list. */
  #count(server: Server): void {
    const { meter } = this.#options;
    server.addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url ?? 'none';
      meter.count('hygate_http_requests_total', { route, status: String(reply.statusCode) });
    });
  }
}

function portError(cause: unknown, where: string): unknown {
  if (!(cause instanceof Error) || !('code' in cause) || cause.code !== 'EADDRINUSE') return cause;
  const advice = 'stop the program that uses it or change listen.http in the site file';
  return new HygateError('port-in-use', `The HTTP port ${where} is in use; ${advice}.`, { cause });
}
