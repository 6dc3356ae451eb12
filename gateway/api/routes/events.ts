import type { Server } from '../server.ts';
import type { EventStreams } from '../streams/event-streams.ts';
import type { Users } from '../users/users.ts';

const DESCRIPTION = `text/event-stream. First hello, health and a snapshot {readings, alarms, devices}; then readings (newest of
each point, at most twice a second), alarms (events), devices (states), health (complaints), services (points out of
service), ping every 15 s.`;

/** GET /events: server-sent events. */
export function eventsRoute(server: Server, streams: EventStreams, users: Users): void {
  server.get(
    '/events',
    { schema: { summary: 'Live values, alarms and device states', description: DESCRIPTION } },
    async (request, reply) => {
      streams.refuseWhenFull();
      const { token } = request;
      reply.hijack();
      reply.raw.writeHead(200, {
        ...definedHeaders(reply.getHeaders()),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // nginx would otherwise hold events back: https://nginx.org/en/docs/http/ngx_http_proxy_module.html
        'x-accel-buffering': 'no',
      });
      streams.open(reply.raw, () => token !== null && users.userOf(token) !== undefined);
    },
  );
}

type HeaderValue = string | number | string[];

const definedHeaders = (
  headers: Readonly<Record<string, HeaderValue | undefined>>,
): Record<string, HeaderValue> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
