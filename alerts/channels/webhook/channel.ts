import { type Static, Type } from 'typebox';
import { type ChannelDeps, defineChannel, type OpenChannel } from '#model/channel';
import { openLine, proofOf } from '../../transport/line.ts';
import { secretAddress, secretOption, timeoutMs, timeoutOption } from '../../transport/options.ts';
import { secretsIn } from '../../transport/redact.ts';
import { failureOf, rulingOfStatus } from '../../transport/ruling.ts';
import { render } from './request.ts';

export { render };

const options = Type.Object(
  {
    url: secretAddress('Where to POST.'),
    secret: Type.Optional(secretOption('Key of the signature; no signature without it.')),
    timeout: timeoutOption(),
  },
  { title: 'the channel webhook', additionalProperties: false },
);

export default defineChannel({
  name: 'webhook',
  title: { zh: '网络钩子', en: 'Webhook' },
  needs: [],
  pace: [],
  options,
  open: openWebhook,
});

function openWebhook(target: Static<typeof options>, { clock }: ChannelDeps): OpenChannel {
  const secrets = [...secretsIn(target.url), target.secret ?? ''];
  const line = openLine({ clock, timeout: timeoutMs(target.timeout), secrets });
  return {
    async send(message, to, signal) {
      const answer = await line(render(target, message, to), signal);
      const ruling = rulingOfStatus(answer.status);
      if (ruling !== undefined) throw failureOf(ruling, answer);
      return { answer: proofOf(answer), receipt: null };
    },
    close: async () => undefined,
  };
}
