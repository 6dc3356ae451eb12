import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import { realClock } from '#model/time';
import email from '../../alerts/channels/email/channel.ts';
import { failureOf, li, message, sendOnce } from '../kit/channel-message.ts';
import { without } from '../kit/peers.ts';
import { type MailServer, selfSigned, startMailServer, textOf } from '../kit/smtp.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function mailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const server = await startMailServer(options);
  cleanups.push(() => server.close());
  return server;
}

type Options = Parameters<typeof email.open>[0];

function channel({ port }: { readonly port: number }, over: Partial<Options> = {}) {
  const options: Options = {
    host: '127.0.0.1',
    port,
    security: 'plain',
    from: 'Hygate <alarm@hospital.example>',
    ...over,
  };
  const way = email.open(options, { clock: realClock, dir: '/nonexistent' });
  cleanups.push(() => way.close());
  return way;
}

/** A header as it stands on the wire, unfolded. */
const header = (raw: string, name: string): string =>
  new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, 'im').exec(raw)?.[1]?.replace(/\r\n[ \t]/g, ' ') ?? '';

/** Encoded words (RFC 2047), of either kind; white space between two of them does not count. */
const decoded = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/(=\?utf-8\?[bq]\?[^?]*\?=)+/gi, (words) =>
      Buffer.concat(
        [...words.matchAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi)].map(([, kind, word = '']) =>
          octets(kind, word),
        ),
      ).toString(),
    );

const octets = (kind = '', word: string): Buffer =>
  kind.toLowerCase() === 'b'
    ? Buffer.from(word, 'base64')
    : Buffer.from(
        word
          .replaceAll('_', ' ')
          .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
        'latin1',
      );

const fails = (code: number) => Object.assign(new Error('said the server'), { responseCode: code });

test('a Chinese subject goes over the wire in ASCII, in lines as the standard allows, and is read back whole', async () => {
  const server = await mailServer();
  const subject = { zh: `[严重] ${'一号疫苗冰箱上层'.repeat(12)} 温度 偏高 🚨`, en: 'Too high' };
  await sendOnce(channel(server), message({ subject }));
  const raw = server.received[0]?.raw ?? '';
  expect(decoded(header(raw, 'subject'))).toBe(`${subject.zh} / ${subject.en}`);
  const [headers = ''] = raw.split('\r\n\r\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the claim
  expect(headers).toMatch(/^[\x00-\x7f]*$/);
  // RFC 5322, clause 2.1.1, and RFC 2047, clause 2.
  expect(Math.max(...headers.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(78);
});

test('names from the site file bring no header and no receiver of their own', async () => {
  const server = await mailServer();
  const evil = '李工\r\nBcc: all@hospital.example\r\n\r\n';
  const to = { ...li, name: `${evil}, "x" <x@y.example>` };
  const what = message({ subject: { zh: evil, en: 'a\nX-Evil: 1' }, key: 'k\r\nX-Evil: 2' });
  await sendOnce(channel(server), what, to);
  const [{ to: receivers, raw } = { to: [], raw: '' }] = server.received;
  expect(receivers).toEqual(['li@hospital.example']);
  expect(header(raw, 'bcc')).toBe('');
  expect(header(raw, 'x-evil')).toBe('');
  expect(raw.split('\r\n\r\n')[0]).toMatch(/^to: /im);
});

test('an address with a comma in it is one receiver', async () => {
  const server = await mailServer();
  await sendOnce(channel(server), message(), { ...li, email: 'boss,li@hospital.example' }).catch(
    () => undefined,
  );
  expect(server.received.flatMap(({ to }) => to)).not.toContain('li@hospital.example');
});

test('a list of many alarms is plain text in short lines, and its link is whole', async () => {
  const server = await mailServer();
  const list = Array.from(
    { length: 40 },
    (_, index) => `${index + 1}. 冰箱 ${index} 温度 偏高：9.${index} °C`,
  ).join('\n');
  const link = `https://gateway.hospital.example/api/v1/link/${'x'.repeat(120)}`;
  await sendOnce(channel(server), message({ event: 'digest', body: { zh: list, en: list }, link }));
  const raw = server.received[0]?.raw ?? '';
  expect(header(raw, 'content-type')).toContain('text/plain');
  expect(textOf(raw).replaceAll('\r\n', '\n')).toContain(
    `${list}\n\n${list}\n\n受理 / Acknowledge:\n${link}\n`,
  );
  // RFC 5321, clause 4.5.3.1.6: at most 1000 octets, with the line end.
  expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
});

test('a line that is only a dot does not end the letter', async () => {
  const server = await mailServer();
  await sendOnce(channel(server), message({ body: { zh: 'a\n.\nb', en: 'MAIL FROM:<x@y>' } }));
  expect(textOf(server.received[0]?.raw ?? '').replaceAll('\r\n', '\n')).toContain(
    'a\n.\nb\n\nMAIL FROM:<x@y>',
  );
});

describe('what the server answers, and where', () => {
  test.each([
    [450, 'refused', true],
    [451, 'refused', true],
    [550, 'rejected', false],
    [552, 'rejected', false],
  ] as const)(
    '%i to the receiver (greylisting, full, unknown) is %s, worth a retry: %s',
    async (code, failure, retry) => {
      const server = await mailServer({ onRcptTo: (_address, _session, done) => done(fails(code)) });
      expect(await failureOf(channel(server))).toMatchObject({ failure, retry });
    },
  );

  test('greylisted, and taken at the second try', async () => {
    let tries = 0;
    const server = await mailServer({
      onRcptTo: (_address, _session, done) => (++tries === 1 ? done(fails(450)) : done()),
    });
    const way = channel(server);
    expect(await failureOf(way)).toMatchObject({ failure: 'refused', retry: true });
    await sendOnce(way);
    expect(server.received).toHaveLength(1);
  });

  test.each([
    [421, 'refused', true],
    [530, 'misconfigured', false],
    [553, 'rejected', false],
  ] as const)('%i to the sender is %s, worth a retry: %s', async (code, failure, retry) => {
    const server = await mailServer({ onMailFrom: (_address, _session, done) => done(fails(code)) });
    expect(await failureOf(channel(server))).toMatchObject({ failure, retry });
  });

  test.each([
    [454, 'refused', true],
    [535, 'misconfigured', false],
  ] as const)(
    '%i to the log-in is %s, worth a retry: %s; the password is in no answer',
    async (code, failure, retry) => {
      const server = await mailServer({
        ...{ authOptional: false, allowInsecureAuth: true },
        onAuth: (_auth, _session, done) => done(fails(code)),
      });
      const found = await failureOf(channel(server, { user: 'hygate', password: 'sesame-open' }));
      expect(found).toMatchObject({ failure, retry });
      expect(JSON.stringify(found) + String(found)).not.toContain('sesame-open');
    },
  );

  test('user and password are given', async () => {
    const server = await mailServer({
      ...{ authOptional: false, allowInsecureAuth: true },
      onAuth: ({ username, password }, _session, done) =>
        password === 'right' ? done(null, { user: username }) : done(new Error('wrong password')),
    });
    await sendOnce(channel(server, { user: 'hygate', password: 'right' }));
    expect(server.received[0]?.user).toBe('hygate');
  });

  test('with starttls nothing is sent to a server that offers no encryption', async () => {
    const server = await mailServer();
    expect(await failureOf(channel(server, { security: 'starttls' }))).toMatchObject({
      failure: 'misconfigured',
      retry: false,
    });
    expect(server.received).toEqual([]);
  });

  test('a server that takes no letter of this size refuses it for good', async () => {
    const server = await mailServer({
      size: 500,
      onData(stream, _session, done) {
        stream.on('end', () => done(stream.sizeExceeded ? fails(552) : null));
        stream.resume();
      },
    });
    const long = message({ body: { zh: '长'.repeat(2000), en: '' } });
    expect(await failureOf(channel(server), long)).toMatchObject({ failure: 'rejected', retry: false });
  });
});

describe.skipIf(without('openssl'))('certificates', () => {
  async function secureServer(secure: boolean) {
    const folder = await mkdtemp(join(tmpdir(), 'hygate-mail-'));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    const tls = selfSigned(folder);
    return { server: await mailServer({ secure, ...tls }), ca: tls.cert };
  }

  test.each([
    ['tls', true],
    ['starttls', false],
  ] as const)(
    'with %s, one that nobody vouches for is a misconfiguration, and nothing is sent',
    async (security, secure) => {
      const { server } = await secureServer(secure);
      const way = channel(server, { host: 'localhost', security });
      expect(await failureOf(way)).toMatchObject({ failure: 'misconfigured', retry: false });
      expect(server.received).toEqual([]);
    },
  );

  test.each([
    ['tls', true],
    ['starttls', false],
  ] as const)(
    'with %s, one whose authority is given is trusted, and the letter goes encrypted',
    async (security, secure) => {
      const { server, ca } = await secureServer(secure);
      await sendOnce(channel(server, { host: 'localhost', security, ca }));
      expect(server.received[0]?.secure).toBe(true);
    },
  );

  test('one for another name is a misconfiguration, also with the authority given', async () => {
    const { server, ca } = await secureServer(true);
    const way = channel(server, { host: '127.0.0.1', security: 'tls', ca });
    expect(await failureOf(way)).toMatchObject({ failure: 'misconfigured', retry: false });
  });
});
