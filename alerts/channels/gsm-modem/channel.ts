import { type Static, Type } from 'typebox';
import { type ChannelDeps, defineChannel, type OpenChannel } from '#model/channel';
import { MINUTE, parseDuration, SECOND } from '#model/time';
import { Modem } from './modem.ts';
import { render as renderText } from './text.ts';

const options = Type.Object(
  {
    port: Type.String({
      ...{ pattern: '^/', title: 'a path such as /dev/ttyUSB2', zh: '路径，如 /dev/ttyUSB2' },
      description: 'The serial port on which the modem takes AT commands.',
    }),
    baud: Type.Integer({
      ...{ minimum: 300, maximum: 4_000_000, default: 115_200 },
      description: 'Speed of the port; over USB it does not matter.',
    }),
    pin: Type.Optional(
      Type.String({
        ...{ pattern: '^\\d{4,8}$', title: 'four to eight digits', zh: '4 到 8 位数字', secret: true },
        description: 'PIN of the SIM; none when it asks for none. A wrong one is tried once.',
      }),
    ),
    centre: Type.Optional(
      Type.String({
        ...{ pattern: '^\\+?\\d{3,20}$', title: 'a telephone number in quotes', zh: '电话号码，加引号' },
        description: 'Number of the service centre, where it is not on the SIM.',
      }),
    ),
    parts: Type.Integer({
      ...{ minimum: 1, maximum: 3, default: 3 },
      description: 'The most short messages of one text; a longer text is shortened.',
    }),
    receipts: Type.Enum(['on', 'off'], {
      ...{ default: 'on', title: 'on or off', zh: 'on 或 off' },
      description:
        'Whether the network is asked to tell what became of a message; some operators charge for it.',
    }),
    timeout: Type.String({
      ...{ pattern: '^\\d+(\\.\\d+)?(ms|s|m)$', default: '20s', title: 'a length of time', zh: '时长' },
      description: 'Longest wait for the network’s word on one short message.',
    }),
  },
  { title: 'the channel gsm-modem', additionalProperties: false },
);

export type Options = Static<typeof options>;

/** Every part carries a wish for a report when receipts are on. */
export const render = ({ parts, receipts }: Options, ...told: Told) =>
  renderText({ parts, report: receipts === 'on' }, ...told);

type Told = Parameters<typeof renderText> extends [unknown, ...infer Rest] ? Rest : never;

export default defineChannel({
  name: 'gsm-modem',
  title: { zh: '短信（本机调制解调器）', en: 'SMS (GSM modem)' },
  needs: ['phone'],
  // Ours: a text of three parts keeps a modem busy for some ten seconds, and operators block SIMs that send in floods.
  pace: [{ messages: 6, within: MINUTE, per: 'channel' }],
  options,
  open: openModem,
});

function openModem(given: Options, { clock, dir }: ChannelDeps): OpenChannel {
  const { port: path, baud, pin = null, centre = null, receipts, timeout } = given;
  const sendWithin = parseDuration(timeout) ?? 20 * SECOND;
  const modem = new Modem({ path, baud, pin, centre, receipts: receipts === 'on', sendWithin, dir, clock });
  return {
    async send(message, to, signal) {
      const { pdus } = render(given, message, to);
      const references = await modem.send(pdus, signal);
      const list = references.join(' ');
      return { answer: `+CMGS: ${list}`, receipt: modem.tellsReports ? list : null };
    },
    receipt: async (token) => modem.reports.receiptOf(token.split(' ').map(Number)),
    close: async () => modem.close(),
  };
}
