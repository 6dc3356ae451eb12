import { createTransport, type Transporter } from 'nodemailer';
import { type Static, Type } from 'typebox';
import { defineChannel, type OpenChannel } from '#model/channel';
import { type Ms, SECOND } from '#model/time';
import { failureOf } from './failure.ts';
import { render } from './letter.ts';

export { render };

/** nodemailer's own are minutes: 120, 30 and 600 s. */
const CONNECT: Ms = 10 * SECOND;
const GREETING: Ms = 10 * SECOND;
const SILENCE: Ms = 20 * SECOND;

const options = Type.Object(
  {
    host: Type.String({ minLength: 1, description: 'The SMTP server.' }),
    port: Type.Integer({
      minimum: 1,
      maximum: 65535,
      default: 465,
      description: 'Usual: 465 tls, 587 starttls.',
    }),
    security: Type.Enum(['tls', 'starttls', 'plain'], {
      ...{ default: 'tls', title: 'tls, starttls or plain', zh: 'tls、starttls 或 plain' },
      description: 'TLS from the first byte, TLS by STARTTLS or not at all, or none.',
    }),
    user: Type.Optional(Type.String({ minLength: 1, description: 'Log-in; none without it.' })),
    password: Type.Optional(Type.String({ minLength: 1, secret: true, description: 'Password of `user`.' })),
    from: Type.String({
      ...{ pattern: '@', title: 'an e-mail address', zh: '电子邮件地址' },
      description: 'Sender.',
    }),
    ca: Type.Optional(
      Type.String({
        secret: true,
        description: 'Certificates (PEM) to trust instead of the public ones: `file:PATH`.',
      }),
    ),
  },
  { title: 'the channel email', additionalProperties: false },
);

type Options = Static<typeof options>;

export default defineChannel({
  name: 'email',
  title: { zh: '电子邮件', en: 'E-mail' },
  needs: ['email'],
  pace: [],
  options,
  open: (given) => openMail(given, transportOf(given)),
  async knock(given) {
    const transport = transportOf(given);
    try {
      await transport.verify();
    } catch (error) {
      throw failureOf(error);
    } finally {
      transport.close();
    }
  },
});

function openMail({ from }: Options, transport: Transporter): OpenChannel {
  return {
    async send(message, to, signal) {
      const letter = render({ from }, message, to);
      try {
        const { response } = await transport.sendMail({ ...letter, signal });
        return { answer: String(response), receipt: null };
      } catch (error) {
        throw failureOf(error);
      }
    },
    close: async () => transport.close(),
  };
}

function transportOf({ host, port, security, user, password, ca }: Options): Transporter {
  return createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'plain',
    ...(ca === undefined ? {} : { tls: { ca } }),
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: CONNECT,
    greetingTimeout: GREETING,
    socketTimeout: SILENCE,
    // A message never makes the program read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
