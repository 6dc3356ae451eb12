import { type Static, Type } from 'typebox';
import { defineChannel } from '#model/channel';
import { parseDuration, SECOND } from '#model/time';
import { render } from './post.ts';
import { publish } from './publish.ts';

export { render };

const options = Type.Object(
  {
    url: Type.String({
      pattern: '^mqtts?://[^\\s/?#]+/?$',
      title: 'an address such as mqtts://broker.hospital.example:8883',
      zh: '地址，如 mqtts://broker.hospital.example:8883',
      description: 'The broker: `mqtt://` or, with TLS, `mqtts://`.',
    }),
    user: Type.Optional(Type.String({ minLength: 1, description: 'Log-in; none without it.' })),
    password: Type.Optional(Type.String({ minLength: 1, secret: true, description: 'Password of `user`.' })),
    ca: Type.Optional(
      Type.String({
        secret: true,
        description: 'Certificates (PEM) to trust instead of the public ones: `file:PATH`.',
      }),
    ),
    topic: Type.String({
      ...{
        pattern: '^[^+#\\u0000]+$',
        default: 'hygate/messages/{person}',
        title: 'a topic without + and #',
        zh: '主题，不含 + 和 #',
      },
      description: 'Where to publish; `{person}` and `{severity}` are filled in.',
    }),
    version: Type.Enum(['5', '3.1.1'], {
      ...{ default: '5', title: '"5" or "3.1.1"', zh: '"5" 或 "3.1.1"' },
      description: 'Of MQTT. Only 5 tells why a broker refuses a message, and whether anybody listens.',
    }),
    expiry: Type.String({
      ...{ pattern: '^\\d+(\\.\\d+)?(s|m|h|d)$', default: '1d', title: 'a length of time', zh: '时长' },
      description: 'The broker forgets a message that waits longer for its receiver. MQTT 5 only.',
    }),
    timeout: Type.String({
      ...{ pattern: '^\\d+(\\.\\d+)?(ms|s|m)$', default: '10s', title: 'a length of time', zh: '时长' },
      description: 'Longest time of one try, from the connection to the acknowledgement.',
    }),
  },
  { title: 'the channel mqtt', additionalProperties: false },
);

export type Options = Static<typeof options>;

export default defineChannel({
  name: 'mqtt',
  title: { zh: 'MQTT 消息', en: 'MQTT' },
  needs: [],
  pace: [],
  options,
  open: (given, { clock }) => ({
    async send(message, to, signal) {
      const answer = await publish(render(given, message, to), {
        ...{ broker: given, clock, signal },
        within: parseDuration(given.timeout) ?? 10 * SECOND,
      });
      return { answer, receipt: null };
    },
    close: async () => undefined,
  }),
});
