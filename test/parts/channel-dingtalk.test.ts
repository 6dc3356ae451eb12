import { afterEach, expect, test } from 'vitest';
import { HOUR, realClock } from '#model/time';
import dingtalk from '../../alerts/channels/dingtalk/channel.ts';
import { sign } from '../../alerts/channels/dingtalk/letter.ts';
import { failureOf, message, sendOnce } from '../kit/channel-message.ts';
import { type DingtalkServer, type RobotSetting, startDingtalkServer } from '../kit/dingtalk-server.ts';
import { opened, wrongBy } from '../kit/opened-channel.ts';

const SECRET = 'SECa0ab7f3ba9742c0';

let robot: DingtalkServer;
const started = async (setting: RobotSetting = {}) => {
  robot = await startDingtalkServer(setting);
};
afterEach(() => robot.close());

test('a signed text is taken and calls its person', async () => {
  await started({ secret: SECRET });
  const { answer } = await sendOnce(opened(dingtalk, { url: robot.url, secret: SECRET }));
  expect(answer).toBe('HTTP 200 {"errcode":0,"errmsg":"ok"}');
  expect(JSON.parse(robot.received[0]?.text ?? '')).toMatchObject({ at: { atMobiles: ['13800000000'] } });
});

test('a signature is the one that OpenSSL makes', () => {
  // printf '%s\n%s' 1700000000000 SECabcdef0123 | openssl dgst -sha256 -hmac SECabcdef0123 -binary | base64
  expect(sign('SECabcdef0123', 1700000000000)).toBe('Y4/raQ/8S78ljvMH9scXKA8ZHZW/RoYFogPH3W0w6LU=');
});

test('a secret with + and / in its signature arrives whole, again and again', async () => {
  await started({ secret: SECRET });
  const channel = opened(dingtalk, { url: robot.url, secret: SECRET });
  // About three of four signatures hold one of the two.
  for (let n = 0; n < 15; n++) await sendOnce(channel);
  expect(robot.received.some(({ path }) => /sign=[^&]*%2[BF]/.test(path))).toBe(true);
});

test('a wrong secret and none at all are wrong configurations', async () => {
  await started({ secret: SECRET });
  for (const secret of [{ secret: 'SECwrong0000' }, {}]) {
    const failure = await failureOf(opened(dingtalk, { url: robot.url, ...secret }));
    expect(failure).toMatchObject({ failure: 'misconfigured', retry: false });
    expect(String(failure)).toMatch(/310000.*(sign not match|invalid timestamp)/);
  }
});

test.each([-2 * HOUR, 2 * HOUR])('a clock that is wrong by %i ms is told by the robot', async (error) => {
  await started({ secret: SECRET });
  const failure = await failureOf(opened(dingtalk, { url: robot.url, secret: SECRET }, wrongBy(error)));
  expect(failure).toMatchObject({ failure: 'misconfigured' });
  expect(String(failure)).toContain('invalid timestamp');
});

test('a robot that wants a keyword gets it; without, it refuses', async () => {
  await started({ keyword: '报警' });
  expect(await failureOf(opened(dingtalk, { url: robot.url }))).toMatchObject({ failure: 'misconfigured' });
  const { answer } = await sendOnce(opened(dingtalk, { url: robot.url, keyword: '报警' }));
  expect(answer).toContain('"errcode":0');
});

test('whoever is too fast waits for the ten minutes of its shut-out', async () => {
  await started();
  const channel = opened(dingtalk, { url: robot.url });
  for (let n = 0; n < 20; n++) await sendOnce(channel);
  expect(await failureOf(channel)).toMatchObject({ failure: 'rate-limited', retryAfter: 600_000 });
});

test('a wrong token is a wrong configuration', async () => {
  await started();
  const failure = await failureOf(opened(dingtalk, { url: robot.url.replace('566cc69da', '000000000') }));
  expect(failure).toMatchObject({ failure: 'misconfigured' });
  expect(String(failure)).toContain('token is not exist');
});

test.each([
  [410100, 'rate-limited', true],
  [90030, 'rate-limited', true],
  [660026, 'rate-limited', true],
  [300001, 'misconfigured', false],
  [400013, 'misconfigured', false],
  [400101, 'misconfigured', false],
  [400102, 'misconfigured', false],
  [400105, 'misconfigured', false],
  [400106, 'misconfigured', false],
  [430101, 'rejected', false],
  [430104, 'rejected', false],
  [-1, 'refused', true],
])('errcode %i: %s', async (errcode, failure, retry) => {
  await started();
  robot.misdeeds.push({ body: { errcode, errmsg: 'so it is' } });
  expect(await failureOf(opened(dingtalk, { url: robot.url }))).toMatchObject({ failure, retry });
});

test('a long message is shorter than what the robot takes, whatever JSON makes of it', async () => {
  await started();
  const zh = '"\u0001'.repeat(10_000);
  const long = message({ body: { zh, en: '' } });
  const { answer } = await sendOnce(opened(dingtalk, { url: robot.url }, realClock), long);
  expect(answer).toContain('"errcode":0');
});
