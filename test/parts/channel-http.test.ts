import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DeliveryError, type OpenChannel } from '#model/channel';
import { DAY } from '#model/time';
import aliyunSms from '../../alerts/channels/aliyun-sms/channel.ts';
import dingtalk from '../../alerts/channels/dingtalk/channel.ts';
import feishu from '../../alerts/channels/feishu/channel.ts';
import tencentSms from '../../alerts/channels/tencent-sms/channel.ts';
import voice from '../../alerts/channels/voice/channel.ts';
import webhook from '../../alerts/channels/webhook/channel.ts';
import wecom from '../../alerts/channels/wecom/channel.ts';
import { failureOf, li, message, sendOnce } from '../kit/channel-message.ts';
import { type HttpProvider, startHttpProvider, type Tls } from '../kit/http-provider.ts';
import { opened } from '../kit/opened-channel.ts';
import { without } from '../kit/peers.ts';
import { selfSigned } from '../kit/smtp.ts';

/* What every way over HTTP must bear, whoever is at the other end: one suite over all of them. */

const SECRETS = ['KEY-in-the-address', 'SECRET-of-the-signature', 'ID-of-the-account'];
const [KEY, SECRET, ID] = SECRETS;

type Opener = (origin: string, over?: object) => OpenChannel;

const WAYS: Readonly<Record<string, Opener>> = {
  webhook: (origin, over) => opened(webhook, { url: `${origin}/hook?token=${KEY}`, secret: SECRET, ...over }),
  wecom: (origin, over) => opened(wecom, { url: `${origin}/send?key=${KEY}`, ...over }),
  dingtalk: (origin, over) =>
    opened(dingtalk, { url: `${origin}/send?access_token=${KEY}`, secret: SECRET, ...over }),
  feishu: (origin, over) => opened(feishu, { url: `${origin}/hook/${KEY}`, secret: SECRET, ...over }),
  'aliyun-sms': (origin, over) =>
    opened(aliyunSms, {
      ...{ 'access-key-id': ID, 'access-key-secret': SECRET, 'sign-name': 'a', template: 'SMS_1' },
      ...{ endpoint: origin, ...over },
    }),
  'tencent-sms': (origin, over) =>
    opened(tencentSms, {
      ...{ 'secret-id': ID, 'secret-key': SECRET, 'app-id': '1', 'sign-name': 'a', template: '1' },
      ...{ endpoint: origin, ...over },
    }),
  voice: (origin, over) =>
    opened(voice, {
      ...{ url: `${origin}/call?key=${KEY}&to={phone}`, headers: { Authorization: SECRET } },
      ...{ body: '{"say":"{text}"}', success: { path: 'code', values: ['0'] }, ...over },
    }),
};

let provider: HttpProvider;
const start = async (tls?: Tls) => {
  provider = await startHttpProvider(() => ({ status: 418, body: 'nobody asked for this' }), tls);
};
beforeEach(() => start());
afterEach(() => provider.close());

describe.each(Object.entries(WAYS))('%s', (_name, open) => {
  test('no answer, one that never ends slowly: the try is over when its time is', async () => {
    for (const misdeed of ['never', 'trickle'] as const) {
      provider.misdeeds.push(misdeed);
      const failure = await failureOf(open(provider.origin, { timeout: '150ms' }));
      expect(failure).toMatchObject({ failure: 'timeout', retry: true, message: 'no answer within 150 ms' });
    }
  });

  test('an answer that is endless is read for a while and no longer', async () => {
    provider.misdeeds.push('endless');
    const outcome = await sendOnce(open(provider.origin)).then(
      ({ answer }) => answer,
      (error: Error) => error.message,
    );
    expect(outcome.length).toBeLessThanOrEqual(510);
  });

  test('a connection that is cut off is unreachable', async () => {
    provider.misdeeds.push('reset');
    expect(await failureOf(open(provider.origin))).toMatchObject({ failure: 'unreachable', retry: true });
  });

  test('a server that is not there is unreachable', async () => {
    const { origin } = provider;
    await provider.close();
    const failure = await failureOf(open(origin));
    expect(failure).toMatchObject({ failure: 'unreachable', retry: true });
    expect(String(failure)).toContain('ECONNREFUSED');
  });

  test('a redirect is not followed: an alarm goes where it was configured to go, and its key with it', async () => {
    const elsewhere = await startHttpProvider(() => ({ body: 'got you' }));
    for (const status of [301, 302, 303, 307, 308]) {
      provider.misdeeds.push({ status, headers: { Location: `${elsewhere.origin}/` }, body: '' });
      expect(await failureOf(open(provider.origin))).toMatchObject({
        failure: 'misconfigured',
        retry: false,
      });
    }
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });

  test('too many: the wait that the provider asks for is handed on, in seconds, as a date, and never beyond a day', async () => {
    const asked = [
      ['7', 7_000],
      [new Date(Date.now() + 2 * DAY).toUTCString(), DAY],
    ] as const;
    for (const [header, retryAfter] of asked) {
      provider.misdeeds.push({ status: 429, headers: { 'Retry-After': header }, body: 'slow down' });
      expect(await failureOf(open(provider.origin))).toMatchObject({
        ...{ failure: 'rate-limited', retry: true, retryAfter },
      });
    }
  });

  test.each([
    [500, 'refused', true],
    [503, 'refused', true],
    [408, 'refused', true],
    [401, 'misconfigured', false],
    [403, 'misconfigured', false],
    [404, 'misconfigured', false],
    [413, 'rejected', false],
  ])('HTTP %i with a page that is no answer: %s', async (status, failure, retry) => {
    provider.misdeeds.push({ status, body: '<html><body>nginx</body></html>' });
    expect(await failureOf(open(provider.origin))).toMatchObject({ failure, retry });
  });

  test('whatever comes back, neither what is kept as proof nor an error holds a key', async () => {
    provider.misdeeds.push('echo');
    const failure = await failureOf(open(provider.origin));
    expect(failure).toBeInstanceOf(DeliveryError);
    expect(String(failure)).toContain('HTTP 500');
    for (const secret of SECRETS) expect(String(failure)).not.toContain(secret);
  });

  test('any JSON with any status is an answer or a failure that says what to do, never a crash', async () => {
    const channel = open(provider.origin);
    const status = fc.constantFrom(200, 204, 302, 400, 404, 429, 500);
    await fc.assert(
      fc.asyncProperty(status, fc.json({ maxDepth: 4 }), async (code, body) => {
        provider.misdeeds.push({ status: code, body: code === 204 ? '' : body });
        const outcome = await sendOnce(channel).catch((error: unknown) => error);
        if (!(outcome instanceof DeliveryError)) expect(outcome).toHaveProperty('receipt');
      }),
      { numRuns: 60 },
    );
  });

  test('a try that is broken off ends at once', async () => {
    provider.misdeeds.push('never');
    const stop = new AbortController();
    const sending = open(provider.origin).send(message(), li, stop.signal);
    stop.abort(new Error('the gateway stops'));
    await expect(sending).rejects.toBeInstanceOf(DeliveryError);
  });
});

test.each(Object.entries(WAYS).filter(([name]) => name !== 'webhook'))(
  '%s: a 200 that is a page of some proxy is no answer, and the message is tried again',
  async (_name, open) => {
    provider.misdeeds.push('garbage');
    expect(await failureOf(open(provider.origin))).toMatchObject({ failure: 'refused', retry: true });
  },
);

describe.skipIf(without('openssl'))('TLS', () => {
  test.each(Object.entries(WAYS))(
    '%s tells nothing to a server whose certificate nobody vouches for',
    async (_name, open) => {
      await provider.close();
      const dir = await mkdtemp(join(tmpdir(), 'hygate-tls-'));
      await start(selfSigned(dir));
      const failure = await failureOf(open(provider.origin));
      expect(failure).toMatchObject({ failure: 'misconfigured', retry: false });
      expect(String(failure)).toContain('certificate');
      expect(provider.received).toEqual([]);
      await rm(dir, { recursive: true });
    },
  );

  test('a server that speaks no TLS where https was said is a wrong configuration', async () => {
    const origin = provider.origin.replace('http:', 'https:');
    const failure = await failureOf(opened(webhook, { url: `${origin}/hook` }));
    expect(failure).toMatchObject({ failure: 'misconfigured' });
  });
});

test.each([
  'http://[::1/hook',
  'http://user:pass@127.0.0.1/hook',
  'http://127.0.0.1:99999/hook',
  'http://127.0.0.1:6000/hook',
])('an address that cannot be asked, %s, is a wrong configuration', async (url) => {
  expect(await failureOf(opened(webhook, { url }))).toMatchObject({
    failure: 'misconfigured',
    retry: false,
  });
  const signed = opened(dingtalk, { url: `${url}?access_token=1`, secret: 'SEC1234567' });
  expect(await failureOf(signed)).toMatchObject({ failure: 'misconfigured' });
});
