import type { Message, Recipient } from '#model/channel';
import { type EpochMs, HOUR } from '#model/time';
import type { Request } from '../../transport/line.ts';
import { national } from '../../transport/phone.ts';
import { fill, wordsOf } from '../../transport/words.ts';
import { queryOf, signedHeaders } from './sign.ts';

export interface Account {
  readonly 'access-key-id': string;
  readonly 'access-key-secret': string;
  readonly 'sign-name': string;
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly longest: number;
  readonly endpoint: string;
}

type Parameters = Readonly<Record<string, string>>;

const VERSION = '2017-05-25';

/** The parameters of `SendSms` for one person. */
export function render(account: Account, message: Message, to: Recipient): Parameters {
  const words = wordsOf(message, to, account.longest);
  const values = Object.entries(account.parameters).map(([name, text]) => [name, fill(text, words)]);
  return {
    PhoneNumbers: national(to.phone ?? ''),
    SignName: account['sign-name'],
    TemplateCode: account.template,
    TemplateParam: JSON.stringify(Object.fromEntries(values)),
    // Comes back in their list of what was sent, so that a repeat can be told from a second alarm.
    OutId: message.key,
  };
}

/** What a receipt is asked by: their serial number, and the day, for which their list is kept. */
export const tokenOf = (serial: string, now: EpochMs): string => `${dayInChina(now)} ${serial}`;

/** The parameters of `QuerySendDetails`. */
export function query(token: string, to: Recipient): Parameters {
  const [day = '', serial = ''] = token.split(' ');
  const page = { PageSize: '10', CurrentPage: '1' };
  return { PhoneNumber: national(to.phone ?? ''), BizId: serial, SendDate: day, ...page };
}

/** `20261122`; China has one time, eight hours ahead of UTC, and no summer time. */
const dayInChina = (now: EpochMs): string =>
  new Date(now + 8 * HOUR).toISOString().slice(0, 10).replaceAll('-', '');

export interface Signing {
  readonly now: EpochMs;
  readonly nonce: string;
}

/** One signed call. */
export function requestOf(
  account: Account,
  action: string,
  parameters: Parameters,
  { now, nonce }: Signing,
): Request {
  const { host } = new URL(account.endpoint);
  const date = `${new Date(now).toISOString().slice(0, 19)}Z`;
  const key = { id: account['access-key-id'], secret: account['access-key-secret'] };
  const headers = signedHeaders({ host, action, version: VERSION, date, nonce, parameters }, key);
  const url = `${account.endpoint}/?${queryOf(parameters)}`;
  return { method: 'POST', url, headers: { ...headers, Accept: 'application/json' }, body: null };
}
