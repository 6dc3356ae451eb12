import { Type } from 'typebox';
import { type Ms, parseDuration, SECOND } from '#model/time';

/** Options that ways over HTTP have in common. */

export const timeoutOption = () =>
  Type.String({
    ...{ pattern: '^\\d+(\\.\\d+)?(ms|s|m)$', default: '10s' },
    ...{ title: 'a length of time such as 10s', zh: '时长，如 10s' },
    description: 'Longest time of one try, the answer included.',
  });

export const timeoutMs = (timeout: string): Ms => parseDuration(timeout) ?? 10 * SECOND;

/** An address that holds a key. */
export const secretAddress = (description: string) =>
  Type.String({
    pattern: '^https?://[^\\s/]+',
    secret: true,
    title: 'an http or https address',
    zh: 'http 或 https 地址',
    description,
  });

/** Where a provider is reached; another for a gateway in between. */
export const endpointOption = (address: string) =>
  Type.String({
    ...{ pattern: '^https?://[^\\s/]+$', default: address },
    ...{ title: 'an http or https address without a path', zh: 'http 或 https 地址，不含路径' },
    description: 'Where the provider is reached.',
  });

export const secretOption = (description: string) => Type.String({ minLength: 1, secret: true, description });

/** The word without which a robot takes no message. */
export const keywordOption = () =>
  Type.String({ minLength: 1, description: 'Of the security setting “自定义关键词”; put in front.' });

/** Characters of one value in a template of a provider. */
export const longestOption = (longest: number) =>
  Type.Integer({
    ...{ minimum: 5, maximum: 500, default: longest },
    description: 'Most characters of one value in the template.',
  });
