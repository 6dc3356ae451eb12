import fc from 'fast-check';
import { StatusCodes } from 'node-opcua-client';
import { expect, test } from 'vitest';
import { judgeStatus, queueOverflowed, STATUS_REASONS } from './status.ts';

const codes = new Map(Object.entries(StatusCodes).map(([name, status]) => [name, status.value]));

test.each(STATUS_REASONS)('%s has the number that the OPC Foundation gave it', (name, code) => {
  expect(codes.get(name)).toBe(code);
});

test('every code of the standard keeps its severity, and only good has no reason', () => {
  for (const [name, code] of codes) {
    const { quality, reason } = judgeStatus(code);
    const expected = name.startsWith('Bad') ? 'bad' : name.startsWith('Uncertain') ? 'uncertain' : 'good';
    if (name !== 'GoodLocalOverride') expect([name, quality]).toEqual([name, expected]);
    expect(reason === null).toBe(quality === 'good');
  }
});

test('a value that someone put in by hand is uncertain', () => {
  expect(judgeStatus(0x00960000)).toEqual({ quality: 'uncertain', reason: 'substituted' });
});

test('the low 16 bits change nothing of the judgement', () => {
  fc.assert(
    fc.property(fc.constantFrom(...codes.values()), fc.nat(0xffff), (code, info) => {
      expect(judgeStatus((code | info) >>> 0)).toEqual(judgeStatus(code));
    }),
  );
});

test('an overflow of the server queue is seen only where the bit means that', () => {
  expect(queueOverflowed(0x480)).toBe(true);
  expect(queueOverflowed(0x80)).toBe(false);
  expect(queueOverflowed(0x400)).toBe(false);
});
