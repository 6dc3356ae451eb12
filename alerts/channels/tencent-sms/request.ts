import type { Message, Recipient } from '#model/channel';
import { type EpochMs, MINUTE, SECOND } from '#model/time';
import type { Request } from '../../transport/line.ts';
import { e164 } from '../../transport/phone.ts';
import { fill, wordsOf } from '../../transport/words.ts';
import { authorization, CONTENT_TYPE } from './sign.ts';

export interface Account {
  readonly 'secret-id': string;
  readonly 'secret-key': string;
  readonly 'app-id': string;
  readonly 'sign-name': string;
  readonly template: string;
  readonly parameters: readonly string[];
  readonly longest: number;
  readonly region: string;
  readonly endpoint: string;
}

const VERSION = '2021-01-11';

/** The parameters of `SendSms` for one person. */
export function render(account: Account, message: Message, to: Recipient) {
  const words = wordsOf(message, to, account.longest);
  return {
    PhoneNumberSet: [e164(to.phone ?? '')],
    SmsSdkAppId: account['app-id'],
    SignName: account['sign-name'],
    TemplateId: account.template,
    TemplateParamSet: account.parameters.map((text) => fill(text, words)),
    // Comes back in the answer.
    SessionContext: message.key,
  };
}

/** What a receipt is asked by: when it was sent, in seconds, and their serial number. */
export const tokenOf = (serial: string, now: EpochMs): string => `${Math.floor(now / SECOND)} ${serial}`;

export const serialOf = (token: string): string => token.slice(token.indexOf(' ') + 1);

/** The parameters of `PullSmsSendStatusByPhoneNumber`; their clock may be behind ours by some seconds. */
export const query = (account: Account, token: string, to: Recipient) => ({
  BeginTime: Number.parseInt(token, 10) - MINUTE / SECOND,
  Offset: 0,
  Limit: 100,
  PhoneNumber: e164(to.phone ?? ''),
  SmsSdkAppId: account['app-id'],
});

/** One signed call. */
export function requestOf(account: Account, action: string, parameters: object, now: EpochMs): Request {
  const { host } = new URL(account.endpoint);
  const body = JSON.stringify(parameters);
  const key = { id: account['secret-id'], key: account['secret-key'] };
  const headers = {
    Authorization: authorization({ host, service: 'sms', body, now }, key),
    'Content-Type': CONTENT_TYPE,
    'X-TC-Action': action,
    'X-TC-Version': VERSION,
    'X-TC-Region': account.region,
    'X-TC-Timestamp': String(Math.floor(now / SECOND)),
  };
  return { method: 'POST', url: `${account.endpoint}/`, headers, body };
}
