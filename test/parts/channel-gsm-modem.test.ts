import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeliveryError, OpenChannel } from '#model/channel';
import { realClock } from '#model/time';
import gsm, { type Options } from '../../alerts/channels/gsm-modem/channel.ts';
import { failureOf, li, message, sendOnce } from '../kit/channel-message.ts';
import { type FakeModem, startModem } from '../kit/gsm-modem.ts';
import { without } from '../kit/peers.ts';
import { until } from '../kit/until.ts';

const LONG = message({ body: { zh: '请立即检查冰箱门是否关好。'.repeat(8), en: '' } });

let modem: FakeModem;
let dir: string;
const opened: OpenChannel[] = [];

beforeEach(async () => {
  modem = await startModem();
  dir = await mkdtemp(join(tmpdir(), 'hygate-gsm-'));
});

afterEach(async () => {
  for (const channel of opened.splice(0)) await channel.close();
  await modem.stop();
  await rm(dir, { recursive: true, force: true });
});

function channel(over: Partial<Options> = {}): OpenChannel {
  const options: Options = {
    port: modem.path,
    baud: 115_200,
    parts: 3,
    receipts: 'on',
    timeout: '5s',
    ...over,
  };
  const way = gsm.open(options, { clock: realClock, dir });
  opened.push(way);
  return way;
}

const receiptOf = (way: OpenChannel, token: string) =>
  way.receipt?.(token, li, new AbortController().signal) ?? Promise.reject(new Error('it tells none'));

describe.skipIf(without('socat'))('a GSM modem on a pseudo-terminal', () => {
  test('a Chinese text is sent, and the network’s reference is the answer', async () => {
    const { answer, receipt } = await sendOnce(channel());
    expect(modem.sent).toMatchObject([
      { to: '13800000000', text: '[严重] 一号冰箱 温度 偏高\n数值：9.2 °C', place: null, report: true },
    ]);
    expect(answer).toBe('+CMGS: 255');
    expect(receipt).toBe('255');
  });

  test('a long text goes in parts that a phone joins, under the same reference in every try', async () => {
    const way = channel();
    modem.answers.push('+CMS ERROR: 42');
    expect(await failureOf(way, LONG)).toMatchObject({ failure: 'refused', retry: true });
    const { answer } = await sendOnce(way, LONG);
    expect(answer).toBe('+CMGS: 255 0');
    const text = modem.sent.map((one) => one.text).join('');
    expect(text).toBe(`${LONG.subject.zh}\n${LONG.body.zh}`);
    const places = modem.sent.map(({ place }) => place);
    expect(places).toMatchObject([
      { number: 1, total: 2 },
      { number: 2, total: 2 },
    ]);
    await sendOnce(way, LONG);
    expect(modem.sent.slice(2).map(({ place }) => place)).toEqual(places);
  });

  test('a text of half a page is shortened to three parts, and its link stays whole', async () => {
    const link = 'https://gateway.hospital.example/a/0mk0hqs9s';
    await sendOnce(channel(), message({ body: { zh: '检'.repeat(500), en: '' }, link }));
    expect(modem.sent).toHaveLength(3);
    expect(modem.sent.map(({ text }) => text).join('')).toMatch(new RegExp(`检\\.\\.\\.\\n${link}$`));
  });

  test('lines that the modem says in between belong to nobody', async () => {
    modem.chatter.push('^RSSI:18', 'RING', '+CREG: 5', '+CMTI: "SM",1', '+CDS: 25', '0006FF');
    const way = channel();
    await sendOnce(way);
    await sendOnce(way);
    expect(modem.sent).toHaveLength(2);
  });

  test('several people at once are told one after another, none mixed with another', async () => {
    const way = channel();
    const people = ['13800000001', '13800000002', '13800000003', '13800000004'];
    await Promise.all(people.map((phone) => sendOnce(way, LONG, { ...li, id: phone, phone })));
    expect(modem.sent.map(({ to, place }) => `${to} ${place?.number}`)).toEqual(
      people.flatMap((phone) => [`${phone} 1`, `${phone} 2`]),
    );
  });

  test.each([
    [21, 'rejected', false],
    [28, 'rejected', false],
    [38, 'refused', true],
    [42, 'refused', true],
    [330, 'misconfigured', false],
    [332, 'timeout', true],
    [500, 'refused', true],
  ] as const)('+CMS ERROR: %i is %s, worth a retry: %s', async (code, failure, retry) => {
    modem.answers.push(`+CMS ERROR: ${code}`);
    const way = channel();
    expect(await failureOf(way)).toMatchObject({ failure, retry });
    // The modem is in order: the next one goes through without setting it up anew.
    const asked = modem.commands.length;
    await sendOnce(way);
    expect(modem.commands.slice(asked)).toEqual(['AT+CREG?', 'AT+CMGS=64']);
  });

  test('a receipt is pending until all parts have arrived', async () => {
    const way = channel();
    const { receipt } = await sendOnce(way, LONG);
    const token = receipt ?? '';
    expect(await receiptOf(way, token)).toMatchObject({ state: 'pending' });
    modem.report(255, 0);
    await until('one part has arrived', async () =>
      (await receiptOf(way, token)).answer.includes('255: status 00'),
    );
    expect(await receiptOf(way, token)).toMatchObject({ state: 'pending' });
    modem.report(0, 0);
    await until('it is delivered', async () => (await receiptOf(way, token)).state === 'delivered');
  });

  test('a report that the network still tries changes nothing, one that it gave up does', async () => {
    const way = channel();
    const { receipt } = await sendOnce(way);
    modem.report(255, 0x30);
    await until('it is trying', async () =>
      (await receiptOf(way, receipt ?? '')).answer.includes('status 30'),
    );
    expect(await receiptOf(way, receipt ?? '')).toMatchObject({ state: 'pending' });
    modem.report(255, 0x46);
    await until('it gave up', async () => (await receiptOf(way, receipt ?? '')).state === 'undelivered');
  });

  test('a modem that cannot tell reports sends all the same, without receipts', async () => {
    modem.plain = true;
    expect(await sendOnce(channel())).toEqual({ answer: '+CMGS: 255', receipt: null });
  });

  test('a modem that hangs costs a time-out; when it answers again the next try goes through', async () => {
    const way = channel();
    await sendOnce(way);
    modem.hangs = true;
    const stop = new AbortController();
    const sending = way.send(message(), li, AbortSignal.any([stop.signal, AbortSignal.timeout(500)]));
    await expect(sending).rejects.toMatchObject({ name: 'DeliveryError', retry: true });
    modem.hangs = false;
    await sendOnce(way);
    expect(modem.sent).toHaveLength(2);
  });

  test('no word of the network within the time-out leaves it open whether it was sent', async () => {
    modem.answers.push('never');
    const way = channel({ timeout: '2s' });
    expect(await failureOf(way)).toMatchObject({ failure: 'timeout', retry: true });
    await sendOnce(way);
    expect(modem.sent).toHaveLength(1);
  });

  test('a text that was left half typed is ended before anything else', async () => {
    modem.answers.push('no prompt');
    const way = channel({ timeout: '2s' });
    expect(await failureOf(way)).toMatchObject({ failure: 'timeout' });
    await sendOnce(way);
    expect(modem.sent).toHaveLength(1);
  });

  test('a modem that is pulled out in the middle may have sent it, then is unreachable, and used again when it is back', async () => {
    modem.answers.push('unplugged');
    const way = channel({ timeout: '2s' });
    const first = await failureOf(way);
    expect(first).toMatchObject({ name: 'DeliveryError', retry: true });
    expect(['timeout', 'unreachable']).toContain((first as DeliveryError).failure);
    expect(await failureOf(way)).toMatchObject({ failure: 'unreachable', retry: true });
    await modem.plug();
    await sendOnce(way);
    expect(modem.sent).toHaveLength(1);
  });

  test('without a network it says so, with the signal, and may be tried again; a 4G network is one', async () => {
    modem.network.gsm = 2;
    const way = channel();
    const failure = await failureOf(way);
    expect(failure).toMatchObject({ failure: 'refused', retry: true });
    expect(String(failure)).toContain('+CSQ: 7,99');
    modem.network.packets = 1;
    await sendOnce(way);
  });

  test('a network that does not let the SIM in is a misconfiguration', async () => {
    modem.network.gsm = 3;
    expect(await failureOf(channel())).toMatchObject({ failure: 'misconfigured', retry: false });
  });
});

describe.skipIf(without('socat'))('the PIN of the SIM', () => {
  beforeEach(() => Object.assign(modem.sim, { pin: '4321', locked: true }));

  test('is given when the SIM asks for it, also after a loss of power', async () => {
    const way = channel({ pin: '4321' });
    await sendOnce(way);
    await modem.unplug();
    await modem.plug();
    await sendOnce(way).catch(() => sendOnce(way));
    expect(modem.sent).toHaveLength(2);
    expect(modem.commands.filter((command) => command.startsWith('AT+CPIN='))).toHaveLength(2);
    expect(await readdir(dir)).toEqual([]);
  });

  test('when it is wrong, is tried once, however often a message is tried and the gateway started', async () => {
    for (let start = 0; start < 3; start++) {
      const way = channel({ pin: '1111' });
      for (let attempt = 0; attempt < 2; attempt++) {
        const failure = await failureOf(way);
        expect(failure).toMatchObject({ failure: 'misconfigured', retry: false });
        expect(String(failure)).not.toContain('1111');
      }
      await way.close();
    }
    expect(modem.sim.triesLeft).toBe(2);
  });

  test('when it was corrected, is tried again', async () => {
    await failureOf(channel({ pin: '1111' }));
    for (const way of opened.splice(0)) await way.close();
    await sendOnce(channel({ pin: '4321' }));
    expect(modem.sent).toHaveLength(1);
  });

  test('that is missing, or a SIM that asks for its PUK, is a misconfiguration that says what to do', async () => {
    expect(String(await failureOf(channel()))).toContain('give `pin`');
    for (const way of opened.splice(0)) await way.close();
    modem.sim.triesLeft = 0;
    expect(String(await failureOf(channel({ pin: '4321' })))).toContain('unlock the SIM in a telephone');
    expect(modem.commands.some((command) => command.startsWith('AT+CPIN='))).toBe(false);
  });
});
