import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenChannel } from '#model/channel';
import wecom from '../../alerts/channels/wecom/channel.ts';
import { failureOf, message, sendOnce } from '../kit/channel-message.ts';
import { opened } from '../kit/opened-channel.ts';
import { startWecomServer, type WecomServer } from '../kit/wecom-server.ts';

let robot: WecomServer;
let channel: OpenChannel;

beforeEach(async () => {
  robot = await startWecomServer();
  channel = opened(wecom, { url: robot.url });
});
afterEach(() => robot.close());

test('the group gets the text and the person is called by number', async () => {
  await expect(sendOnce(channel)).resolves.toEqual({
    answer: 'HTTP 200 {"errcode":0,"errmsg":"ok"}',
    receipt: null,
  });
  const { content, mentioned_mobile_list } = JSON.parse(robot.received[0]?.text ?? '').text;
  expect(content).toBe('[严重] 一号冰箱 温度 偏高\n数值：9.2 °C');
  expect(mentioned_mobile_list).toEqual(['13800000000']);
});

test('a message of any length is one that the robot takes, in Chinese by bytes', async () => {
  const zh = Array.from({ length: 300 }, (_, n) => `${n} 位置：第二人民医院 / 预防接种门诊`).join('\n');
  const { answer } = await sendOnce(channel, message({ body: { zh: `${zh}\n处置：关好门`, en: '' } }));
  expect(answer).toContain('"errcode":0');
  const { content } = JSON.parse(robot.received[0]?.text ?? '').text;
  expect(content).toMatch(/^\[严重\] 一号冰箱 温度 偏高\n0 位置[\s\S]*\n…\n[\s\S]*\n处置：关好门$/);
});

test('a wrong key is a wrong configuration, and the key is not kept with the answer', async () => {
  const wrong = robot.url.replace('693a91f6', 'deadbeef');
  const failure = await failureOf(opened(wecom, { url: wrong }));
  expect(failure).toMatchObject({ failure: 'misconfigured', retry: false });
  expect(String(failure)).toContain('"errcode":93000');
  expect(String(failure)).toContain('key ***');
  expect(String(failure)).not.toContain('deadbeef');
});

test('the 21st message within a minute is told to wait for one', async () => {
  for (let n = 0; n < 20; n++) await sendOnce(channel);
  expect(await failureOf(channel)).toMatchObject({
    ...{ failure: 'rate-limited', retry: true, retryAfter: 60_000 },
    message: 'HTTP 200 {"errcode":45009,"errmsg":"api freq out of limit"}',
  });
  expect(wecom.pace).toEqual([{ messages: 20, within: 60_000, per: 'channel' }]);
});

test.each([
  [-1, 'refused', true],
  [45033, 'rate-limited', true],
  [93008, 'misconfigured', false],
  [40008, 'rejected', false],
  [40058, 'rejected', false],
  [44004, 'rejected', false],
  [99999, 'refused', true],
])('errcode %i: %s', async (errcode, failure, retry) => {
  robot.misdeeds.push({ body: { errcode, errmsg: 'so it is' } });
  expect(await failureOf(channel)).toMatchObject({ failure, retry });
});
