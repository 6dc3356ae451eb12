import { Type } from 'typebox';
import { HygateError } from '#model/errors';
import type { PushDesk } from '#model/push';
import { userOf } from '../guard.ts';
import type { ApiOptions, Server } from '../server.ts';
import { textOrNull } from '../shapes/shape.ts';

/** RFC 8291, clause 2: a point of P-256 and 16 octets, base64url. */
const Keys = Type.Object(
  {
    p256dh: Type.String({ pattern: '^[\\w-]{87}=?$' }),
    auth: Type.String({ pattern: '^[\\w-]{22}(==)?$' }),
  },
  { additionalProperties: false },
);
const Endpoint = Type.String({ pattern: '^https://', maxLength: 2000 });
const Signing = Type.Object({ endpoint: Endpoint, keys: Keys }, { additionalProperties: false });
const Leaving = Type.Object({ endpoint: Endpoint }, { additionalProperties: false });
const Key = Type.Object({
  key: textOrNull({
    description: 'Public key of the gateway (VAPID), base64url; null: the site has no web push',
  }),
});

/** GET /push/key, POST and DELETE /push/subscriptions: notifications on the browser of whoever is logged in. */
export function pushRoutes(server: Server, { push, journal, clock }: ApiOptions): void {
  const record = (type: string, by: string, endpoint: string) =>
    // Whoever knows the whole address may try to write to the device.
    journal.record({ type, at: clock.wall(), by, data: { service: new URL(endpoint).hostname } });
  server.get(
    '/push/key',
    { schema: { summary: 'Key for notifications of the browser', response: { 200: Key } } },
    async () => ({ key: push?.key() ?? null }),
  );
  server.post(
    '/push/subscriptions',
    { schema: { summary: 'Notify me on this device', body: Signing } },
    async (request, reply) => {
      const { name } = userOf(request);
      known(push).subscribe(name, request.body);
      await record('push-subscribed', name, request.body.endpoint);
      return reply.code(204).send();
    },
  );
  server.delete(
    '/push/subscriptions',
    { schema: { summary: 'Notify me on this device no more', body: Leaving } },
    async (request, reply) => {
      const { name } = userOf(request);
      known(push).unsubscribe(name, request.body.endpoint);
      await record('push-unsubscribed', name, request.body.endpoint);
      return reply.code(204).send();
    },
  );
}

function known(push: PushDesk | null | undefined): PushDesk {
  if (push) return push;
  throw new HygateError('push-unavailable', 'The site has no web push: set up the channel web-push.');
}
