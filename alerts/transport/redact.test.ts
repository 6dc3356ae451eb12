import { expect, test } from 'vitest';
import { redactor, secretsIn } from './redact.ts';

test('a robot’s key is blotted out wherever it stands, as it is or encoded, and with it the whole address', () => {
  const url = 'https://oapi.dingtalk.com/robot/send?access_token=566cc69d/a=b';
  const redact = redactor(secretsIn(url));
  expect(redact(`could not reach ${url} today`)).toBe('could not reach *** today');
  expect(redact('token 566cc69d/a=b is wrong')).toBe('token *** is wrong');
  expect(redact('token 566cc69d%2Fa%3Db is wrong')).toBe('token *** is wrong');
});

test('the last part of an address is a key when it is long enough to be one', () => {
  const hook = 'https://open.feishu.cn/open-apis/bot/v2/hook/0b1c2d3e-aaaa-bbbb-cccc-0123456789ab';
  expect(redactor(secretsIn(hook))('0b1c2d3e-aaaa-bbbb-cccc-0123456789ab is gone')).toBe('*** is gone');
  expect(redactor(secretsIn('https://hospital.example/hygate'))('hygate')).toBe('hygate');
});

test('what is no address is a secret as a whole', () => {
  expect(redactor(secretsIn('http://[secret'))('no such host http://[secret')).toBe('no such host ***');
});
