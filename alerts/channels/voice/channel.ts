import { type Static, Type } from 'typebox';
import { type ChannelDeps, defineChannel, type OpenChannel, type Receipt } from '#model/channel';
import { parseJson, textAt } from '../../transport/json.ts';
import { type Answer, type Line, openLine, proofOf } from '../../transport/line.ts';
import {
  longestOption,
  secretAddress,
  secretOption,
  timeoutMs,
  timeoutOption,
} from '../../transport/options.ts';
import { secretsIn } from '../../transport/redact.ts';
import { BUSY, failureOf, rulingOfStatus } from '../../transport/ruling.ts';
import { question, render } from './request.ts';

export { render };

const path = (description: string) =>
  Type.String({
    ...{ minLength: 1, title: 'a path in a JSON answer such as data.id' },
    ...{ zh: 'JSON 应答中的路径，如 data.id', description },
  });
const values = (description: string) => Type.Array(Type.String(), { minItems: 1, description });

const options = Type.Object(
  {
    url: secretAddress('Where a call is ordered; {phone}, {e164}, {text}, {key} are filled in.'),
    method: Type.Enum(['POST', 'GET'], { default: 'POST', description: 'Of the request.' }),
    headers: Type.Record(Type.String(), secretOption('A header’s value.'), {
      default: {},
      description: 'Headers of the requests.',
    }),
    body: Type.Optional(secretOption('With the same placeholders as `url`.')),
    success: Type.Optional(
      Type.Object(
        {
          path: path('Where the answer says whether the call was taken.'),
          values: values('What it says then.'),
        },
        {
          title: 'success',
          zh: 'success',
          additionalProperties: false,
          description: 'A 2xx alone is not enough.',
        },
      ),
    ),
    receipt: Type.Optional(
      Type.Object(
        {
          id: path('Where the answer names the call.'),
          url: secretAddress('Where to ask (GET) what became of it; {id} is filled in.'),
          path: path('Where that answer says so.'),
          answered: values('What it says when the person took the call.'),
          failed: values('What it says when the person did not, and will not.'),
        },
        {
          title: 'receipt',
          zh: 'receipt',
          additionalProperties: false,
          description: 'Whether the call was answered.',
        },
      ),
    ),
    longest: longestOption(200),
    timeout: timeoutOption(),
  },
  { title: 'the channel voice', additionalProperties: false },
);

type Options = Static<typeof options>;

export default defineChannel({
  name: 'voice',
  title: { zh: '语音电话', en: 'Voice call' },
  needs: ['phone'],
  pace: [],
  options,
  open: openVoice,
});

function openVoice(provider: Options, { clock }: ChannelDeps): OpenChannel {
  const { headers, url, receipt, timeout } = provider;
  const secrets = [url, receipt?.url ?? ''].flatMap(secretsIn);
  const line = openLine({
    ...{ clock, timeout: timeoutMs(timeout) },
    secrets: [...secrets, ...Object.values(headers)],
  });
  const open: OpenChannel = {
    async send(message, to, signal) {
      const answer = await line(render(provider, message, to), signal);
      judge(answer, provider);
      const id = receipt === undefined ? undefined : textAt(parseJson(answer.text), receipt.id);
      return { answer: proofOf(answer), receipt: id ?? null };
    },
    close: async () => undefined,
  };
  return receipt === undefined ? open : { ...open, receipt: asking(line, receipt, headers) };
}

function judge(answer: Answer, { success }: Options): void {
  const ofStatus = rulingOfStatus(answer.status);
  if (ofStatus !== undefined) throw failureOf(ofStatus, answer);
  if (success === undefined) return;
  const said = textAt(parseJson(answer.text), success.path);
  // What their words mean is not known here: it is tried again, and then the next channel takes over.
  if (said === undefined || !success.values.includes(said)) throw failureOf(BUSY, answer);
}

const asking =
  (
    line: Line,
    receipt: NonNullable<Options['receipt']>,
    headers: Options['headers'],
  ): NonNullable<OpenChannel['receipt']> =>
  async (token, _to, signal) => {
    const answer = await line(question(receipt.url, headers, token), signal);
    const ruling = rulingOfStatus(answer.status);
    if (ruling !== undefined) throw failureOf(ruling, answer);
    const said = textAt(parseJson(answer.text), receipt.path) ?? '';
    return { state: stateOf(said, receipt), answer: proofOf(answer) };
  };

function stateOf(
  said: string,
  { answered, failed }: { readonly answered: readonly string[]; readonly failed: readonly string[] },
): Receipt['state'] {
  if (answered.includes(said)) return 'delivered';
  return failed.includes(said) ? 'undelivered' : 'pending';
}
