import type { Message, Recipient } from '#model/channel';
import type { Request } from '../../transport/line.ts';
import { e164, national } from '../../transport/phone.ts';
import { fill, type Words, wordsOf } from '../../transport/words.ts';

export interface Provider {
  readonly method: 'POST' | 'GET';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly longest: number;
}

/** The request that calls one person, from the templates of the site file. */
export function render(provider: Provider, message: Message, to: Recipient): Request {
  const { subject, ...words }: Words = wordsOf(message, to, provider.longest);
  const phone = to.phone ?? '';
  const values = { ...words, text: subject, phone: national(phone), e164: e164(phone) };
  const { method, url, headers, body } = provider;
  const form = Object.entries(headers).some(
    ([name, value]) => name.toLowerCase() === 'content-type' && value.includes('x-www-form-urlencoded'),
  );
  const filled = body === undefined ? null : fill(body, values, form ? encodeURIComponent : inJson);
  return { method, url: fill(url, values, encodeURIComponent), headers: withType(headers), body: filled };
}

/** The request that asks what became of a call. */
export const question = (url: string, headers: Provider['headers'], id: string): Request => ({
  method: 'GET',
  url: fill(url, { id }, encodeURIComponent),
  headers,
  body: null,
});

/** As it may stand between the quotes of a JSON text. */
const inJson = (value: string): string => JSON.stringify(value).slice(1, -1);

const withType = (headers: Provider['headers']): Provider['headers'] =>
  Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
    ? headers
    : { ...headers, 'Content-Type': 'application/json; charset=utf-8' };
