import { Type } from 'typebox';
import type { ApiOptions, Server } from '../server.ts';

/** GET /metrics: Prometheus text. Open to this machine; from elsewhere with a session, for programs a bearer token. */
export function metricsRoute(server: Server, { metrics }: ApiOptions): void {
  server.get(
    '/metrics',
    {
      config: { access: 'local' },
      schema: { summary: 'Prometheus metrics', produces: ['text/plain'], response: { 200: Type.String() } },
    },
    async (_request, reply) =>
      reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
