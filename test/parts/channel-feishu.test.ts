import { afterEach, expect, test } from 'vitest';
import { HOUR } from '#model/time';
import feishu from '../../alerts/channels/feishu/channel.ts';
import { sign } from '../../alerts/channels/feishu/letter.ts';
import { failureOf, message, sendOnce } from '../kit/channel-message.ts';
import type { RobotSetting } from '../kit/dingtalk-server.ts';
import { type FeishuServer, startFeishuServer } from '../kit/feishu-server.ts';
import { opened, wrongBy } from '../kit/opened-channel.ts';

const SECRET = 'Zk3fX9qTnbU0';

let robot: FeishuServer;
const started = async (setting: RobotSetting = {}) => {
  robot = await startFeishuServer(setting);
};
afterEach(() => robot.close());

test('a signed text is taken and names its person', async () => {
  await started({ secret: SECRET });
  const { answer } = await sendOnce(opened(feishu, { url: robot.url, secret: SECRET }));
  expect(answer).toBe('HTTP 200 {"code":0,"msg":"success","data":{}}');
  expect(JSON.parse(robot.received[0]?.text ?? '').content.text).toMatch(/^@李工 \[严重\]/);
});

test('a signature is the one that Python makes', () => {
  // base64.b64encode(hmac.new(b"1700000000\nfeishu-secret", b"", hashlib.sha256).digest())
  expect(sign('feishu-secret', '1700000000')).toBe('OrBzY1Y01Gq+HgJsl+7OfWcMVwc7YocohQm5iiZwjhU=');
});

test('a wrong secret, none at all, and a clock that is wrong by two hours are told apart from a busy robot', async () => {
  await started({ secret: SECRET });
  const wrong = [
    opened(feishu, { url: robot.url, secret: 'another' }),
    opened(feishu, { url: robot.url }),
    opened(feishu, { url: robot.url, secret: SECRET }, wrongBy(-2 * HOUR)),
  ];
  for (const channel of wrong) {
    const failure = await failureOf(channel);
    expect(failure).toMatchObject({ failure: 'misconfigured', retry: false });
    expect(String(failure)).toContain('19021');
  }
});

test('a wrong address is a wrong configuration, and the key in it is not kept', async () => {
  await started();
  const failure = await failureOf(opened(feishu, { url: robot.url.replace('0b1c2d3e', '00000000') }));
  expect(failure).toMatchObject({ failure: 'misconfigured' });
  expect(String(failure)).toContain('19001');
});

test('a robot that wants a keyword gets it; without, it refuses', async () => {
  await started({ keyword: '报警' });
  expect(await failureOf(opened(feishu, { url: robot.url }))).toMatchObject({ failure: 'misconfigured' });
  const { answer } = await sendOnce(opened(feishu, { url: robot.url, keyword: '报警' }));
  expect(answer).toContain('"code":0');
});

test.each([
  [200, { code: 11232, msg: 'frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]' }],
  [400, { code: 9499, msg: 'too many request' }],
  [200, { code: 9499, msg: 'frequency limited psm' }],
])('too many, said with %i and %o, are tried again a minute later', async (status, body) => {
  await started();
  robot.misdeeds.push({ status, body });
  expect(await failureOf(opened(feishu, { url: robot.url }))).toMatchObject({
    ...{ failure: 'rate-limited', retry: true, retryAfter: 60_000 },
  });
});

test.each([
  [{ code: 19022, msg: 'Ip Not Allowed' }, 'misconfigured'],
  [{ code: 9499, msg: 'Bad Request' }, 'misconfigured'],
  [{ code: 12345, msg: 'something new' }, 'refused'],
])('%o: %s', async (body, failure) => {
  await started();
  robot.misdeeds.push({ body });
  expect(await failureOf(opened(feishu, { url: robot.url }))).toMatchObject({ failure });
});

test('an older robot says StatusCode', async () => {
  await started();
  robot.misdeeds.push({ body: { Extra: null, StatusCode: 0, StatusMessage: 'success' } });
  await expect(sendOnce(opened(feishu, { url: robot.url }))).resolves.toMatchObject({ receipt: null });
});

test('a long message is shorter than what the robot takes, whatever JSON makes of it', async () => {
  await started();
  const long = message({ body: { zh: '"\u0001'.repeat(10_000), en: '' } });
  const { answer } = await sendOnce(opened(feishu, { url: robot.url }), long);
  expect(answer).toContain('"code":0');
});
