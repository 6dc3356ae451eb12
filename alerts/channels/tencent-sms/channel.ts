import { type Static, Type } from 'typebox';
import { type ChannelDeps, defineChannel, type OpenChannel, type Receipt } from '#model/channel';
import { parseJson, textAt, valueAt } from '../../transport/json.ts';
import { type Answer, openLine, proofOf } from '../../transport/line.ts';
import {
  endpointOption,
  longestOption,
  secretOption,
  timeoutMs,
  timeoutOption,
} from '../../transport/options.ts';
import { failureOf, rulingOfCode } from '../../transport/ruling.ts';
import { query, render, requestOf, serialOf, tokenOf } from './request.ts';
import { RULINGS } from './rulings.ts';

export { render };

const options = Type.Object(
  {
    'secret-id': secretOption('SecretId of a sub-user that may only send.'),
    'secret-key': secretOption('SecretKey of that sub-user.'),
    'app-id': Type.String({ minLength: 1, description: 'SmsSdkAppId of the console.' }),
    'sign-name': Type.String({ minLength: 1, description: 'The approved signature (签名).' }),
    template: Type.String({ minLength: 1, description: 'Id of the approved template, in quotes.' }),
    parameters: Type.Array(Type.String(), {
      default: ['{subject}', '{more}'],
      description: 'What goes into the template’s variables {1}, {2}, ….',
    }),
    longest: longestOption(35),
    region: Type.String({ minLength: 1, default: 'ap-guangzhou', description: 'Of the service.' }),
    endpoint: endpointOption('https://sms.tencentcloudapi.com'),
    timeout: timeoutOption(),
  },
  { title: 'the channel tencent-sms', additionalProperties: false },
);

export default defineChannel({
  name: 'tencent-sms',
  title: { zh: '腾讯云短信', en: 'SMS through Tencent Cloud' },
  needs: ['phone'],
  pace: [],
  options,
  open: openSms,
});

function openSms(account: Static<typeof options>, { clock }: ChannelDeps): OpenChannel {
  const secrets = [account['secret-key'], account['secret-id']];
  const line = openLine({ clock, timeout: timeoutMs(account.timeout), secrets });
  const call = async (action: string, parameters: object, signal: AbortSignal) =>
    line(requestOf(account, action, parameters, clock.wall()), signal);
  return {
    async send(message, to, signal) {
      const answer = await call('SendSms', render(account, message, to), signal);
      const [code, serial] = ['Code', 'SerialNo'].map((key) =>
        textAt(parseJson(answer.text), `Response.SendStatusSet.0.${key}`),
      );
      judge(answer, code);
      return { answer: proofOf(answer), receipt: serial ? tokenOf(serial, clock.wall()) : null };
    },
    async receipt(token, to, signal) {
      const answer = await call('PullSmsSendStatusByPhoneNumber', query(account, token, to), signal);
      const listed = valueAt(parseJson(answer.text), 'Response.PullSmsSendStatusSet');
      judge(answer, Array.isArray(listed) ? 'Ok' : undefined);
      return receiptOf(answer, Array.isArray(listed) ? listed : [], serialOf(token));
    },
    close: async () => undefined,
  };
}

/** An error of the whole call stands before the code of its one number. */
function judge(answer: Answer, code: string | undefined): void {
  const error = textAt(parseJson(answer.text), 'Response.Error.Code');
  const ruling = rulingOfCode(answer, error ?? code, 'Ok', RULINGS);
  if (ruling !== undefined) throw failureOf(ruling, answer);
}

const STATES: Readonly<Record<string, Receipt['state']>> = { SUCCESS: 'delivered', FAIL: 'undelivered' };

/** All that one number got since then is listed; ours among it, once the network operator has said something. */
function receiptOf(answer: Answer, listed: readonly unknown[], serial: string): Receipt {
  const ours = listed.find((one) => textAt(one, 'SerialNo') === serial);
  if (ours === undefined) return { state: 'pending', answer: proofOf({ ...answer, text: 'not listed yet' }) };
  const state = STATES[textAt(ours, 'ReportStatus') ?? ''] ?? 'pending';
  return { state, answer: proofOf({ ...answer, text: JSON.stringify(ours) }) };
}
