import { expect, test } from 'vitest';
import { type GivenFlags, missingFlags, readFlags } from './flags.ts';

test.each<[GivenFlags, RegExp]>([
  [{ site: 'HZ' }, /--site: "HZ" is no id; write lower-case/],
  [{ area: ['id=Vaccine,kind=cold-chain'] }, /"Vaccine" is no id/],
  [{ area: ['id=a,kind=cold'] }, /there is no kind "cold"; there is cold-chain, /],
  [{ device: ['id=a,driver=b'] }, /area=… is missing/],
  [{ device: ['id=a,driver=b,area='] }, /area=… is missing/],
  [
    { device: ['id=a,driver=b,area=c,colour=red'] },
    /there is no "colour"; there is id, driver, area, connect/,
  ],
  [{ person: ['li'] }, /there is no "li"/],
  [{ 'scan-modbus': ['10.0.0.1-200:502'] }, /at most 16 hosts.*not swept/],
  [{ 'scan-modbus': ['10.0.0.0/24'] }, /cannot be scanned|not swept/],
  [{ 'scan-modbus': ['10.0.0.1?units=0-300'] }, /units from 1 to 247/],
  [{ 'scan-opcua': ['http://x'] }, /cannot be scanned: give opc\.tcp/],
  [{ 'scan-opcua': ['opc.tcp://user:secret@10.0.0.1'] }, /without a password/],
  [{ 'scan-serial': ['COM1'] }, /cannot be scanned: give \/dev\/ttyUSB0/],
])('%j is refused in words', (flags, sentence) => {
  expect(() => readFlags(flags)).toThrow(sentence);
});

test('an address keeps its equals signs, and a fingerprint is one whatever its form', () => {
  const given = readFlags({
    device: ['id=a,driver=b,area=c,connect=modbus-tcp://10.0.0.1:502?unit=1'],
    trust: ['AB:CD:ef'],
  });
  expect(given.devices[0]?.connect).toBe('modbus-tcp://10.0.0.1:502?unit=1');
  expect([...given.trusted]).toEqual(['abcdef']);
});

test('what is missing is told by its flag', () => {
  expect(missingFlags(readFlags({}))).toHaveLength(4);
  const flags = { site: 'a', name: 'A', area: ['id=a,kind=other'], 'scan-modbus': ['10.0.0.1'] };
  expect(missingFlags(readFlags(flags))).toEqual([]);
});
