import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenChannel } from '#model/channel';
import { HOUR, MINUTE } from '#model/time';
import tencentSms from '../../alerts/channels/tencent-sms/channel.ts';
import { failureOf, li, message, sendOnce } from '../kit/channel-message.ts';
import { opened, wrongBy } from '../kit/opened-channel.ts';
import { startTencentSmsServer, TENCENT_KEY, type TencentSmsServer } from '../kit/tencent-sms-server.ts';

let cloud: TencentSmsServer;
let channel: OpenChannel;

const account = (over: object = {}) => ({
  ...{ 'secret-id': TENCENT_KEY.id, 'secret-key': TENCENT_KEY.key, 'app-id': '1400006666' },
  ...{ 'sign-name': '第二人民医院', template: '1110', endpoint: cloud.origin, ...over },
});
const signal = new AbortController().signal;

beforeEach(async () => {
  cloud = await startTencentSmsServer();
  channel = opened(tencentSms, account());
});
afterEach(() => cloud.close());

test('a signed SendSms is taken, its parameters as they were meant', async () => {
  const { answer, receipt } = await sendOnce(channel);
  expect(answer).toContain('"Code":"Ok"');
  expect(receipt).toMatch(/^\d{10} 5000:104571066915705365780$/);
  expect(cloud.received[0]?.headers['x-tc-region']).toBe('ap-guangzhou');
  expect(JSON.parse(cloud.received[0]?.text ?? '')).toEqual({
    PhoneNumberSet: ['+8613800000000'],
    SmsSdkAppId: '1400006666',
    SignName: '第二人民医院',
    TemplateId: '1110',
    TemplateParamSet: ['[严重] 一号冰箱 温度 偏高', '-'],
    SessionContext: '0mk0hqs9s-1.2.raised',
  });
});

test('the receipt is asked until the network operator has said something of this very message', async () => {
  const first = await sendOnce(channel);
  const second = await sendOnce(channel);
  const ask = async (token: string | null) => channel.receipt?.(token ?? '', li, signal);
  expect(await ask(first.receipt)).toMatchObject({ state: 'pending' });
  cloud.report = 'FAIL';
  expect(await ask(second.receipt)).toMatchObject({ state: 'undelivered' });
  cloud.report = 'SUCCESS';
  const delivered = await ask(first.receipt);
  expect(delivered?.state).toBe('delivered');
  expect(delivered?.answer).toContain('"SerialNo":"5000:104571066915705365780"');
  expect(await ask('1700000000 5000:another')).toMatchObject({ state: 'pending' });
});

test('a receipt that cannot be asked is a failure', async () => {
  const wrong = opened(tencentSms, account({ 'secret-key': 'WrongWrongWrong' }));
  const asked = wrong.receipt?.('1700000000 1', li, signal);
  await expect(asked).rejects.toMatchObject({ failure: 'misconfigured' });
  cloud.misdeeds.push('garbage');
  await expect(channel.receipt?.('1700000000 1', li, signal)).rejects.toMatchObject({ failure: 'refused' });
});

test.each([
  ['a wrong key', { 'secret-key': 'WrongWrongWrong' }, 'AuthFailure.SignatureFailure'],
  ['a wrong id', { 'secret-id': 'AKIDother' }, 'AuthFailure.SecretIdNotFound'],
  ['a wrong application', { 'app-id': '1' }, 'InvalidParameterValue.SdkAppIdNotExist'],
])('%s is a wrong configuration', async (_what, over, code) => {
  const failure = await failureOf(opened(tencentSms, account(over)));
  expect(failure).toMatchObject({ failure: 'misconfigured', retry: false });
  expect(String(failure)).toContain(code);
});

test.each([-HOUR, HOUR])('a clock that is wrong by %i ms is told by the cloud', async (error) => {
  const failure = await failureOf(opened(tencentSms, account(), wrongBy(error)));
  expect(failure).toMatchObject({ failure: 'misconfigured' });
  expect(String(failure)).toContain('AuthFailure.SignatureExpire');
});

test('a number that is none is a wrong configuration', async () => {
  const failure = await failureOf(channel, message(), { ...li, phone: '12345' });
  expect(failure).toMatchObject({ failure: 'misconfigured' });
  expect(String(failure)).toContain('InvalidParameterValue.IncorrectPhoneNumber');
});

test.each([
  ['LimitExceeded.PhoneNumberThirtySecondLimit', 'rate-limited', MINUTE / 2],
  ['LimitExceeded.DeliveryFrequencyLimit', 'rate-limited', MINUTE / 2],
  ['LimitExceeded.PhoneNumberOneHourLimit', 'rate-limited', HOUR],
  ['LimitExceeded.PhoneNumberDailyLimit', 'rate-limited', HOUR],
  ['FailedOperation.InsufficientBalanceInSmsPackage', 'misconfigured', null],
  ['FailedOperation.TemplateIncorrectOrUnapproved', 'misconfigured', null],
  ['FailedOperation.SignatureIncorrectOrUnapproved', 'misconfigured', null],
  ['FailedOperation.PhoneNumberInBlacklist', 'misconfigured', null],
  ['FailedOperation.ContainSensitiveWord', 'rejected', null],
  ['InvalidParameterValue.TemplateParameterLengthLimit', 'rejected', null],
  ['InternalError.Timeout', 'refused', null],
  ['FailedOperation.SomethingNew', 'refused', null],
])('its number was refused with %s: %s', async (code, failure, retryAfter) => {
  cloud.code = code;
  expect(await failureOf(channel)).toMatchObject({ failure, retryAfter });
});

test.each([
  ['RequestLimitExceeded.UinLimitExceeded', 'rate-limited'],
  ['UnauthorizedOperation.RequestIpNotInWhitelist', 'misconfigured'],
  ['InternalError', 'refused'],
])('the call was refused with %s: %s', async (Code, failure) => {
  cloud.misdeeds.push({ body: { Response: { Error: { Code, Message: 'so it is' }, RequestId: '1' } } });
  expect(await failureOf(channel)).toMatchObject({ failure });
});
