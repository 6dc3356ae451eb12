import { expect, test } from 'vitest';
import { isProblem, parseModbus, parseOpcua } from './connect.ts';

test.each([
  ['modbus-tcp://10.0.0.1?unit=0', { kind: 'tcp', host: '10.0.0.1', port: 502 }, 0],
  ['modbus-tcp://plc.local:1502?unit=255', { kind: 'tcp', host: 'plc.local', port: 1502 }, 255],
  ['modbus-tcp://[fe80::1]:502?unit=1', { kind: 'tcp', host: 'fe80::1', port: 502 }, 1],
  ['modbus-rtu-over-tcp://10.0.0.1:4001?unit=7', { kind: 'rtu-over-tcp', host: '10.0.0.1', port: 4001 }, 7],
])('%s is a line and a unit', (text, line, unit) => {
  expect(parseModbus(text)).toEqual({ line, unit });
});

test('a serial line is 9600 8E1 unless it says otherwise', () => {
  const usual = { kind: 'rtu', path: '/dev/ttyUSB0', baud: 9600, parity: 'even', dataBits: 8, stopBits: 1 };
  expect(parseModbus('modbus-rtu:///dev/ttyUSB0?unit=3')).toEqual({ line: usual, unit: 3 });
  const other = 'modbus-rtu:///dev/ttyUSB0?baud=19200&parity=none&data=7&stop=2&unit=3';
  expect(parseModbus(other)).toMatchObject({
    line: { baud: 19_200, parity: 'none', dataBits: 7, stopBits: 2 },
  });
});

test('a serial port of Windows is a path too', () => {
  expect(parseModbus('modbus-rtu://COM3?unit=1')).toMatchObject({ line: { path: 'COM3' } });
});

test.each([
  'modbus-tcp://10.0.0.1',
  'modbus-tcp://10.0.0.1?unit=',
  'modbus-tcp://10.0.0.1?unit=-1',
  'modbus-tcp://10.0.0.1?unit=1.5',
  'modbus-tcp://10.0.0.1?unit=1&baud=9600',
  'modbus-rtu://?unit=1',
  'modbus-rtu:///dev/ttyS0?unit=1&baud=fast',
  'modbus-rtu:///dev/ttyS0?unit=1&stop=3',
  'modbus-rtu:///dev/ttyS0?unit=1&data=9',
  'http://10.0.0.1?unit=1',
  'modbus-tcp:10.0.0.1?unit=1',
  '',
])('"%s" is a problem that says what would be right', (text) => {
  const result = parseModbus(text);
  expect(isProblem(result) && result.fix.en).toBeTruthy();
  expect(isProblem(result) && [result.message.zh, result.fix.zh].join()).toMatch(
    /^.*\p{Script=Han}.*,.*\p{Script=Han}/u,
  );
});

test('an OPC UA address gets the usual port, and keeps the one that it has', () => {
  expect(parseOpcua('opc.tcp://plc')).toEqual({ url: 'opc.tcp://plc:4840' });
  expect(parseOpcua('opc.tcp://plc/Fridges')).toEqual({ url: 'opc.tcp://plc:4840/Fridges' });
  expect(parseOpcua('opc.tcp://plc:48010/x')).toEqual({ url: 'opc.tcp://plc:48010/x' });
});
