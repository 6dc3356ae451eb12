import { randomUUID } from 'node:crypto';
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
import { query, render, requestOf, tokenOf } from './request.ts';
import { rulingsFor } from './rulings.ts';

export { render };

const options = Type.Object(
  {
    'access-key-id': secretOption('AccessKey ID of a RAM user that may only send.'),
    'access-key-secret': secretOption('AccessKey secret of that user.'),
    'sign-name': Type.String({ minLength: 1, description: 'The approved signature (签名).' }),
    template: Type.String({ minLength: 1, description: 'Code of the approved template, SMS_….' }),
    parameters: Type.Record(Type.String(), Type.String(), {
      default: { subject: '{subject}', more: '{more}' },
      description: 'The template’s variables and what goes into them.',
    }),
    longest: longestOption(35),
    endpoint: endpointOption('https://dysmsapi.aliyuncs.com'),
    timeout: timeoutOption(),
  },
  { title: 'the channel aliyun-sms', additionalProperties: false },
);

export default defineChannel({
  name: 'aliyun-sms',
  title: { zh: '阿里云短信', en: 'SMS through Alibaba Cloud' },
  needs: ['phone'],
  pace: [],
  options,
  open: openSms,
});

function openSms(account: Static<typeof options>, { clock }: ChannelDeps): OpenChannel {
  const secrets = [account['access-key-secret'], account['access-key-id']];
  const line = openLine({ clock, timeout: timeoutMs(account.timeout), secrets });
  const call = async (action: string, parameters: Readonly<Record<string, string>>, signal: AbortSignal) => {
    const signing = { now: clock.wall(), nonce: randomUUID() };
    const answer = await line(requestOf(account, action, parameters, signing), signal);
    return taken(answer);
  };
  return {
    async send(message, to, signal) {
      const answer = await call('SendSms', render(account, message, to), signal);
      const serial = textAt(parseJson(answer.text), 'BizId');
      return {
        answer: proofOf(answer),
        receipt: serial === undefined ? null : tokenOf(serial, clock.wall()),
      };
    },
    receipt: async (token, to, signal) => receiptOf(await call('QuerySendDetails', query(token, to), signal)),
    close: async () => undefined,
  };
}

function taken(answer: Answer): Answer {
  const code = valueAt(parseJson(answer.text), 'Code');
  const ruling = rulingOfCode(answer, code, 'OK', rulingsFor(answer.text));
  if (ruling !== undefined) throw failureOf(ruling, answer);
  return answer;
}

/** 1: no news from the network operator yet; 2: it failed; 3: it arrived. Before they list it there is none. */
const STATES: Readonly<Record<string, Receipt['state']>> = { 2: 'undelivered', 3: 'delivered' };

/** The cloud sends the message back, and with it the link that is one person's own: it is no part of the proof. */
function receiptOf(answer: Answer): Receipt {
  const detail = valueAt(parseJson(answer.text), 'SmsSendDetailDTOs.SmsSendDetailDTO.0');
  const text = JSON.stringify(detail ?? 'not listed yet', (key, value) =>
    key === 'Content' ? undefined : value,
  );
  const state = textAt(detail, 'SendStatus') ?? '';
  return { state: STATES[state] ?? 'pending', answer: proofOf({ ...answer, text }) };
}
