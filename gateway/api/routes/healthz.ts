import { Type } from 'typebox';
import type { Health } from '../health.ts';
import type { Server } from '../server.ts';
import { listOf, oneOf } from '../shapes/shape.ts';

const Answer = Type.Object({
  status: oneOf(['ok', 'degraded'] as const),
  version: Type.String(),
  complaints: listOf(Type.String()),
  /** Worth a look; the status is `ok` all the same. */
  notes: listOf(Type.String()),
});

/** GET /healthz, for supervisors and load balancers: 503 while readings cannot become durable. */
export function healthzRoute(server: Server, health: Health, version: string): void {
  server.get(
    '/healthz',
    {
      config: { access: 'public' },
      schema: { summary: 'Can readings become durable?', response: { 200: Answer, 503: Answer } },
    },
    async (_request, reply) => {
      const complaints = health.complaints();
      const status: 'ok' | 'degraded' = complaints.length === 0 ? 'ok' : 'degraded';
      return reply
        .code(status === 'ok' ? 200 : 503)
        .send({ status, version, complaints, notes: [...health.notes()] });
    },
  );
}
