import swagger from '@fastify/swagger';
import { COOKIE } from './guard.ts';
import type { Server } from './server.ts';
import { ProblemShape } from './shapes/problem.ts';

/** Collects the schemas of the routes that are registered after it, and gives each route its errors. */
export async function documentation(server: Server, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Hygate', description: 'Times are epoch ms, errors RFC 9457 problem details.', version },
      components: {
        securitySchemes: {
          cookie: { type: 'apiKey', in: 'cookie', name: COOKIE },
          bearer: { type: 'http', scheme: 'bearer' },
        },
      },
      security: [{ cookie: [] }, { bearer: [] }],
    },
  });
  server.addHook('onRoute', (route) => {
    if (route.schema === undefined || route.schema.hide) return;
    const response = typeof route.schema.response === 'object' ? route.schema.response : {};
    route.schema.response = { ...response, '4xx': ProblemShape, '5xx': ProblemShape };
    if (route.config?.access === 'public') route.schema.security = [];
  });
}

/** GET /openapi.json */
export function openapiRoute(server: Server): void {
  server.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger());
}
