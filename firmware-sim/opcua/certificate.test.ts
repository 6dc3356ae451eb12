import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY } from '#model/time';
import { makeIdentity } from './certificate.ts';
import { integer, octets, oid, time } from './der.ts';
import { keepIdentity } from './identity.ts';

const now = Date.UTC(2026, 10, 22, 6, 30);
const options = { applicationUri: 'urn:hygate:sim', hosts: ['127.0.0.1', 'pump-room'], now };

describe('the certificate of a simulated server', async () => {
  const { key, certificate } = await makeIdentity(options);
  const x509 = new X509Certificate(certificate);

  test('is signed by its own key and belongs to it', () => {
    expect(x509.verify(x509.publicKey)).toBe(true);
    expect(x509.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(x509.checkIssued(x509)).toBe(true);
  });

  test('names the application and its hosts, and is no authority', () => {
    expect(x509.subjectAltName).toBe('URI:urn:hygate:sim, IP Address:127.0.0.1, DNS:pump-room');
    expect(x509.ca).toBe(false);
    expect(x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  });

  test('is valid from a day ago for ten years', () => {
    expect(x509.validFromDate.getTime()).toBe(now - DAY);
    expect(x509.validToDate.getTime()).toBe(now + 3650 * DAY);
  });

  test('has a serial number that no other has', async () => {
    expect(new X509Certificate((await makeIdentity(options)).certificate).serialNumber).not.toBe(
      x509.serialNumber,
    );
  });
});

test('an identity is made once and kept; one that cannot be read is not replaced', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'hygate-sim-identity-'));
  const first = await keepIdentity(dir, options);
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(await keepIdentity(dir, options)).toBe(first);
  await writeFile(join(dir, 'own/certs/certificate.pem'), 'torn');
  await expect(keepIdentity(dir, options)).rejects.toThrow();
  await rm(dir, { recursive: true });
});

describe('DER', () => {
  test.each([
    [0, '0400'],
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65_535, '0482ffff'],
  ])('writes the length %d in as few bytes as it needs', (length, head) => {
    const written = octets(Buffer.alloc(length));
    expect(written.subarray(0, head.length / 2).toString('hex')).toBe(head);
    expect(written).toHaveLength(head.length / 2 + length);
  });

  test('writes a number never negative, and in as few bytes as it needs', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 128n }), (number) => {
        const hex = number.toString(16).padStart(34, '0');
        const content = integer(Buffer.from(hex, 'hex')).subarray(2);
        expect(content[0]).toBeLessThan(0x80);
        if (content[0] === 0 && content.length > 1) expect(content[1]).toBeGreaterThan(0x7f);
        expect(BigInt(`0x${content.toString('hex')}`)).toBe(number);
      }),
    );
  });

  test('writes object identifiers with arcs above 127', () => {
    expect(oid('1.2.840.113549.1.1.11').toString('hex')).toBe('06092a864886f70d01010b');
  });

  test.each([
    ['2049-12-31T23:59:59.999Z', '170d3439313233313233353935395a'],
    ['2050-01-01T00:00:00.000Z', '180f32303530303130313030303030305a'],
  ])('writes %s as RFC 5280 wants it', (at, hex) => {
    expect(time(new Date(at)).toString('hex')).toBe(hex);
  });
});
