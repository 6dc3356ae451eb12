import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenChannel } from '#model/channel';
import { HOUR, MINUTE } from '#model/time';
import aliyunSms from '../../alerts/channels/aliyun-sms/channel.ts';
import { ALIYUN_KEY, type AliyunSmsServer, startAliyunSmsServer } from '../kit/aliyun-sms-server.ts';
import { failureOf, li, message, sendOnce } from '../kit/channel-message.ts';
import { opened, wrongBy } from '../kit/opened-channel.ts';

let cloud: AliyunSmsServer;
let channel: OpenChannel;

const account = (over: object = {}) => ({
  ...{ 'access-key-id': ALIYUN_KEY.id, 'access-key-secret': ALIYUN_KEY.secret },
  ...{ 'sign-name': '第二人民医院', template: 'SMS_1', endpoint: cloud.origin, ...over },
});
const signal = new AbortController().signal;

beforeEach(async () => {
  cloud = await startAliyunSmsServer();
  channel = opened(aliyunSms, account());
});
afterEach(() => cloud.close());

test('a signed SendSms is taken, its parameters as they were meant', async () => {
  const { answer, receipt } = await sendOnce(channel);
  expect(answer).toContain('"Code":"OK"');
  expect(receipt).toMatch(/^\d{8} 900619746936498440\^0$/);
  expect(Object.fromEntries(cloud.received[0]?.query ?? [])).toEqual({
    PhoneNumbers: '13800000000',
    SignName: '第二人民医院',
    TemplateCode: 'SMS_1',
    TemplateParam: '{"subject":"[严重] 一号冰箱 温度 偏高","more":"-"}',
    OutId: '0mk0hqs9s-1.2.raised',
  });
});

test('every character that an address reserves survives the signature', async () => {
  const zh = `a b+c*d~e(f)!'g"h/i?j=k&l%m#温度😀`;
  await sendOnce(channel, message({ subject: { zh, en: zh } }));
  expect(JSON.parse(cloud.received[0]?.query.get('TemplateParam') ?? '').subject).toBe(zh);
});

test('the receipt is asked until the network operator has said something', async () => {
  const { receipt } = await sendOnce(channel);
  const ask = async () => channel.receipt?.(receipt ?? '', li, signal);
  expect(await ask()).toMatchObject({ state: 'pending' });
  cloud.status = 2;
  expect(await ask()).toMatchObject({ state: 'undelivered' });
  cloud.status = 3;
  const delivered = await ask();
  expect(delivered?.state).toBe('delivered');
  expect(delivered?.answer).toContain('"ErrCode":"DELIVERED"');
  // The cloud sends the whole message back, and with it the link that is one person's own.
  expect(delivered?.answer).not.toContain('/l/');
});

test('a message that is not listed yet is pending, and a receipt that cannot be asked is a failure', async () => {
  const asked = channel.receipt?.('20200101 1^0', li, signal);
  await expect(asked).resolves.toMatchObject({ state: 'pending' });
  const wrong = opened(aliyunSms, account({ 'access-key-secret': 'WrongWrongWrong' }));
  await expect(wrong.receipt?.('20200101 1^0', li, signal)).rejects.toMatchObject({
    failure: 'misconfigured',
  });
});

test.each([
  ['a wrong secret', { 'access-key-secret': 'WrongWrongWrong' }, 'SignatureDoesNotMatch'],
  ['a wrong key', { 'access-key-id': 'LTAIother' }, 'InvalidAccessKeyId.NotFound'],
  ['a wrong signature name', { 'sign-name': '第三人民医院' }, 'isv.SMS_SIGNATURE_ILLEGAL'],
  ['a wrong template', { template: 'SMS_2' }, 'isv.SMS_TEMPLATE_ILLEGAL'],
])('%s is a wrong configuration', async (_what, over, code) => {
  const failure = await failureOf(opened(aliyunSms, account(over)));
  expect(failure).toMatchObject({ failure: 'misconfigured', retry: false });
  expect(String(failure)).toContain(code);
});

test('a clock that is wrong by an hour is told by the cloud', async () => {
  const failure = await failureOf(opened(aliyunSms, account(), wrongBy(-HOUR)));
  expect(failure).toMatchObject({ failure: 'misconfigured' });
  expect(String(failure)).toContain('InvalidTimeStamp.Expired');
});

test('a number that is none is a wrong configuration', async () => {
  const failure = await failureOf(channel, message(), { ...li, phone: '12345' });
  expect(failure).toMatchObject({ failure: 'misconfigured' });
  expect(String(failure)).toContain('isv.MOBILE_NUMBER_ILLEGAL');
});

test('values are cut to what a variable may have, and too long ones are refused for good', async () => {
  const long = message({ subject: { zh: '冰'.repeat(90), en: '' } });
  const { answer } = await sendOnce(channel, long);
  expect(answer).toContain('OK');
  const sent = JSON.parse(cloud.received[0]?.query.get('TemplateParam') ?? '');
  expect(sent).toEqual({ subject: '冰'.repeat(35), more: `${'冰'.repeat(34)}…` });
  const failure = await failureOf(opened(aliyunSms, account({ longest: 60 })), long);
  expect(failure).toMatchObject({ failure: 'rejected', retry: false });
});

test('each try is a request of its own: a nonce that was seen is refused', async () => {
  await sendOnce(channel);
  await sendOnce(channel);
  const nonces = cloud.received.map(({ headers }) => headers['x-acs-signature-nonce']);
  expect(new Set(nonces).size).toBe(2);
});

test.each([
  ['触发分钟级流控Permits:1', MINUTE],
  ['触发小时级流控Permits:5', HOUR],
  ['触发天级流控Permits:10', HOUR],
  ['flow control', MINUTE],
])('BUSINESS_LIMIT_CONTROL, “%s”, waits %i ms', async (Message, retryAfter) => {
  cloud.misdeeds.push({ body: { Code: 'isv.BUSINESS_LIMIT_CONTROL', Message, RequestId: '1' } });
  expect(await failureOf(channel)).toMatchObject({ failure: 'rate-limited', retry: true, retryAfter });
});

test.each([
  [200, 'isv.AMOUNT_NOT_ENOUGH', 'misconfigured'],
  [200, 'isv.OUT_OF_SERVICE', 'misconfigured'],
  [200, 'isp.RAM_PERMISSION_DENY', 'misconfigured'],
  [403, 'Forbidden.RAM', 'misconfigured'],
  [200, 'isv.TEMPLATE_MISSING_PARAMETERS', 'misconfigured'],
  [200, 'isv.SMS_CONTENT_ILLEGAL', 'rejected'],
  [200, 'isv.BLACK_KEY_CONTROL_LIMIT', 'rejected'],
  [200, 'isv.PARAM_NOT_SUPPORT_URL', 'rejected'],
  [200, 'isv.DAY_LIMIT_CONTROL', 'rate-limited'],
  [400, 'Throttling.User', 'rate-limited'],
  [503, 'ServiceUnavailable', 'refused'],
  [200, 'isp.SYSTEM_ERROR', 'refused'],
  [200, 'isv.SOMETHING_NEW', 'refused'],
])('HTTP %i with %s: %s', async (status, Code, failure) => {
  cloud.misdeeds.push({ status, body: { Code, Message: 'so it is', RequestId: '1' } });
  expect(await failureOf(channel)).toMatchObject({ failure });
});
