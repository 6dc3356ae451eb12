import { expect, test } from 'vitest';
import { connectOf, modbusTargets, opcuaTarget, serialTarget } from './scan-target.ts';

test('what can be scanned is a few named hosts', () => {
  const lines = modbusTargets('192.168.10.41-43:1502?units=1-2').map(
    (target) => target.kind === 'modbus' && target.line,
  );
  expect(lines).toEqual([41, 42, 43].map((host) => `modbus-tcp://192.168.10.${host}:1502`));
  expect(serialTarget('/dev/ttyUSB0?baud=19200&units=3')).toEqual({
    ...{ kind: 'modbus', line: 'modbus-rtu:///dev/ttyUSB0?baud=19200', units: [3] },
  });
  expect(opcuaTarget('opc.tcp://reader@10.0.0.5:4840/ua')).toEqual({
    ...{ kind: 'opcua', url: 'opc.tcp://10.0.0.5:4840/ua', user: 'reader' },
  });
});

test('a unit is addressed beside what else the line is told', () => {
  expect(connectOf('modbus-tcp://10.0.0.1:502', 3)).toBe('modbus-tcp://10.0.0.1:502?unit=3');
  expect(connectOf('modbus-rtu:///dev/ttyUSB0?baud=9600', 3)).toBe(
    'modbus-rtu:///dev/ttyUSB0?baud=9600&unit=3',
  );
});
