import { expect, test } from 'vitest';
import { endpointOf, endpointsIn, shownEndpoint } from './endpoint.ts';

const shown = (text: string) => {
  const endpoint = endpointOf(text);
  return endpoint === undefined ? undefined : shownEndpoint(endpoint);
};

test.each([
  ['https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x', 'qyapi.weixin.qq.com:443'],
  ['http://10.0.0.1:8080/x', '10.0.0.1:8080'],
  ['mqtts://broker.example', 'broker.example:8883'],
  ['modbus-tcp://192.168.10.5?unit=1', '192.168.10.5:502'],
  ['modbus-rtu-over-tcp://192.168.10.5:4001?unit=1', '192.168.10.5:4001'],
  ['modbus-rtu:///dev/ttyUSB0?baud=9600', '/dev/ttyUSB0'],
  ['/dev/ttyUSB2', '/dev/ttyUSB2'],
  ['https://[fe80::1]:8443/', 'fe80::1:8443'],
  ['hygate', undefined],
  ['-----BEGIN CERTIFICATE-----', undefined],
  ['SMS_12345', undefined],
])('%s leads to %s', (text, place) => {
  expect(shown(text)).toBe(place);
});

test('the options of a channel name their server by an address, or by host and port', () => {
  const mail = { host: 'smtp.clinic.example', port: 465, security: 'tls', from: 'a@clinic.example' };
  expect(endpointsIn(mail).map(shownEndpoint)).toEqual(['smtp.clinic.example:465']);
  const push = { contact: 'https://clinic.example', services: ['push.example'] };
  expect(endpointsIn(push)).toEqual([]);
  expect(endpointsIn(undefined)).toEqual([]);
});
