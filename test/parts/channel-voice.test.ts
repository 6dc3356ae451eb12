import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenChannel } from '#model/channel';
import voice from '../../alerts/channels/voice/channel.ts';
import { failureOf, li, message, sendOnce } from '../kit/channel-message.ts';
import { opened } from '../kit/opened-channel.ts';
import { startVoiceServer, type VoiceServer } from '../kit/voice-server.ts';

let provider: VoiceServer;
let channel: OpenChannel;

const setUp = (over: object = {}) => ({
  url: `${provider.origin}/v1/calls`,
  headers: { Authorization: 'Bearer right-token' },
  body: '{"to":"{e164}","say":"{text}。{advice}","reference":"{key}"}',
  success: { path: 'code', values: ['0'] },
  receipt: {
    ...{ id: 'data.call', url: `${provider.origin}/v1/calls/{id}`, path: 'data.state' },
    ...{ answered: ['answered'], failed: ['busy', 'no-answer'] },
  },
  ...over,
});
const signal = new AbortController().signal;

beforeEach(async () => {
  provider = await startVoiceServer();
  channel = opened(voice, setUp());
});
afterEach(() => provider.close());

test('a call is ordered as the template says, whatever the text holds', async () => {
  const zh = '[严重] "一号" 冰箱 \\ 温度\n偏高';
  const { receipt } = await sendOnce(channel, message({ subject: { zh, en: zh } }));
  expect(receipt).toBe('call-1');
  expect(JSON.parse(provider.received[0]?.text ?? '')).toEqual({
    to: '+8613800000000',
    say: '[严重] "一号" 冰箱 \\ 温度 偏高。-',
    reference: '0mk0hqs9s-1.2.raised',
  });
});

test('a call that was answered has arrived; one that was not has not', async () => {
  const { receipt } = await sendOnce(channel);
  const ask = async () => channel.receipt?.(receipt ?? '', li, signal);
  expect(await ask()).toMatchObject({ state: 'pending' });
  provider.state = 'answered';
  expect(await ask()).toMatchObject({ state: 'delivered', answer: 'HTTP 200 {"data":{"state":"answered"}}' });
  provider.state = 'no-answer';
  expect(await ask()).toMatchObject({ state: 'undelivered' });
});

test('a receipt that cannot be asked is a failure', async () => {
  await expect(channel.receipt?.('call-9', li, signal)).rejects.toMatchObject({ failure: 'misconfigured' });
  provider.misdeeds.push({ status: 503, headers: { 'Retry-After': '7' }, body: '' });
  await expect(channel.receipt?.('call-9', li, signal)).rejects.toMatchObject({
    ...{ failure: 'refused', retryAfter: 7_000 },
  });
});

test('a wrong token is a wrong configuration', async () => {
  const failure = await failureOf(opened(voice, setUp({ headers: { Authorization: 'Bearer no' } })));
  expect(failure).toMatchObject({ failure: 'misconfigured', retry: false });
});

test('a 200 whose code is not the one of success is tried again', async () => {
  const failure = await failureOf(channel, message(), { ...li, phone: '+' });
  expect(failure).toMatchObject({ failure: 'refused', retry: true });
  expect(String(failure)).toContain('bad number');
});

test('without a place to ask there is no receipt, and without `success` a 2xx is enough', async () => {
  const plain = opened(voice, setUp({ success: undefined, receipt: undefined }));
  expect(plain.receipt).toBeUndefined();
  provider.misdeeds.push({ status: 202, body: 'queued' });
  await expect(sendOnce(plain)).resolves.toEqual({ answer: 'HTTP 202 queued', receipt: null });
});
