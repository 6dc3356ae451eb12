import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { CHAIN_START, chainHash } from './chain.ts';

test('is SHA-256 over the hash before, seq, arrived, kind and body, as the README says', () => {
  const body = new TextEncoder().encode('body');
  const head = Buffer.from('00000000000000070000019aa4f80c0001', 'hex');
  const expected = createHash('sha256').update(CHAIN_START).update(head).update(body).digest();
  const row = { seq: 7, arrived: 0x19aa4f80c00, kind: 1, body };
  expect(Buffer.from(chainHash(CHAIN_START, row))).toEqual(expected);
});

test('any changed part changes the hash', () => {
  const row = { seq: 7, arrived: 9, kind: 1, body: new Uint8Array([1, 2]) };
  const all = [
    chainHash(CHAIN_START, row),
    chainHash(CHAIN_START, { ...row, seq: 8 }),
    chainHash(CHAIN_START, { ...row, arrived: 8 }),
    chainHash(CHAIN_START, { ...row, kind: 2 }),
    chainHash(CHAIN_START, { ...row, body: new Uint8Array([1, 3]) }),
    chainHash(new Uint8Array(32).fill(1), row),
  ].map((hash) => Buffer.from(hash).toString('hex'));
  expect(new Set(all).size).toBe(all.length);
});
