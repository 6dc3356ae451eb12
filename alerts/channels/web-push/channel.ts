import { Agent } from 'node:https';
import { type Static, Type } from 'typebox';
import webPush from 'web-push';
import { type ChannelDeps, DeliveryError, defineChannel, type OpenChannel } from '#model/channel';
import { type Clock, type Ms, parseDuration, SECOND } from '#model/time';
import { type Note, render } from './note.ts';
import { conclude, type Outcome, outcomeOf } from './outcome.ts';
import { type Device, PushFolder } from './push-folder.ts';

export { render };

/** Of the browsers that know web push: Chrome and Android, Firefox, Safari and iOS, Edge. */
const USUAL_SERVICES = [
  'fcm.googleapis.com',
  'push.services.mozilla.com',
  'push.apple.com',
  'notify.windows.com',
];

const options = Type.Object(
  {
    contact: Type.String({
      pattern: '^(mailto:[^\\s@]+@[^\\s@]+|https://\\S+)$',
      title: 'an address such as mailto:it@hospital.example',
      zh: '地址，如 mailto:it@hospital.example',
      description: 'Whom a push service may write to when something goes wrong (RFC 8292, clause 2.1).',
    }),
    services: Type.Array(Type.String({ minLength: 1 }), {
      ...{ default: USUAL_SERVICES, title: 'a list of hosts', zh: '主机的列表' },
      description: 'Push services that messages may go to.',
    }),
    keep: Type.String({
      ...{ pattern: '^\\d+(\\.\\d+)?(s|m|h|d)$', default: '1d', title: 'a length of time', zh: '时长' },
      description: 'How long a push service keeps a message for a device that is off.',
    }),
    ca: Type.Optional(
      Type.String({
        secret: true,
        description:
          'Certificates (PEM) to trust instead of the public ones: `file:PATH`, for a proxy that opens TLS.',
      }),
    ),
    timeout: Type.String({
      ...{ pattern: '^\\d+(\\.\\d+)?(ms|s|m)$', default: '10s', title: 'a length of time', zh: '时长' },
      description: 'Longest time of one try to one device.',
    }),
  },
  { title: 'the channel web-push', additionalProperties: false },
);

export type Options = Static<typeof options>;

export default defineChannel({
  name: 'web-push',
  title: { zh: '浏览器通知', en: 'Browser notification' },
  needs: ['user'],
  pace: [],
  options,
  open: openPush,
});

interface Service {
  readonly folder: PushFolder;
  readonly contact: string;
  readonly agent: Agent;
  readonly within: Ms;
  readonly clock: Clock;
}

function openPush(
  { contact, services, keep, ca, timeout }: Options,
  { dir, clock }: ChannelDeps,
): OpenChannel {
  const folder = new PushFolder(dir, services);
  const agent = new Agent({ keepAlive: true, ...(ca !== undefined && { ca }) });
  const service = { folder, contact, agent, within: parseDuration(timeout) ?? 10 * SECOND, clock };
  return {
    async send(message, to, signal) {
      const user = to.user ?? '';
      const note = render({ keep }, message, to);
      const devices = folder.devicesOf(user).filter(({ endpoint }) => folder.allows(endpoint));
      const outcomes = await Promise.all(devices.map((device) => push(note, device, service, signal)));
      devices.forEach(({ endpoint }, index) => {
        if (outcomes[index]?.kind === 'gone') folder.unsubscribe(user, endpoint);
      });
      return { answer: conclude(outcomes, to.id), receipt: null };
    },
    close: async () => agent.destroy(),
  };
}

/** One device; never rejects. The library knows no deadline but silence on the socket. */
async function push(note: Note, device: Device, service: Service, signal: AbortSignal): Promise<Outcome> {
  const { folder, contact, agent, within, clock } = service;
  const over = Promise.withResolvers<never>();
  const timer = clock.after(within, () =>
    over.reject(new DeliveryError('timeout', true, `no answer within ${within} ms`)),
  );
  const abort = () => over.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const { endpoint, keys } = device;
    const sending = webPush.sendNotification({ endpoint, keys }, note.payload, {
      ...{ vapidDetails: { subject: contact, ...folder.keys() }, agent, timeout: within },
      ...{ TTL: note.ttlSeconds, urgency: note.urgency, topic: note.topic, contentEncoding: 'aes128gcm' },
    });
    const { statusCode } = await Promise.race([sending, over.promise]);
    return { kind: 'taken', answer: `HTTP ${statusCode}` };
  } catch (error) {
    return outcomeOf(error);
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', abort);
  }
}
