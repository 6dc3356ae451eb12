import { createHash, generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { promisify } from 'node:util';
import { DAY, type Ms } from '#model/time';
import {
  bits,
  type Der,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  set,
  tagged,
  time,
  utf8,
  yes,
} from './der.ts';

export interface Identity {
  /** PKCS #8, PEM. */
  readonly key: string;
  /** X.509, PEM. */
  readonly certificate: string;
}

export interface IdentityOptions {
  readonly applicationUri: string;
  /** By which clients may know the server: IPv4 addresses and names. */
  readonly hosts: readonly string[];
  readonly now: Ms;
}

const SHA256_WITH_RSA = sequence(oid('1.2.840.113549.1.1.11'), nothing);
const VALID: Ms = 3650 * DAY;

/**
 * A new key and its self-signed application certificate (OPC 10000-6, 6.2.2). Made here because the site file names
 * its fingerprint, and the library that could make it takes longer to load than all the rest of the simulator.
 */
export async function makeIdentity(options: IdentityOptions): Promise<Identity> {
  // 2048: the shortest that Basic256Sha256 allows (OPC 10000-7), and the quickest made.
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const body = toBeSigned(publicKey, options);
  const certificate = sequence(body, SHA256_WITH_RSA, bits(sign('sha256', body, privateKey)));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: pem(certificate),
  };
}

function toBeSigned(publicKey: KeyObject, { applicationUri, hosts, now }: IdentityOptions): Der {
  const name = sequence(set(sequence(oid('2.5.4.3'), utf8('Hygate simulator'))));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  // A day back: the client's clock may be behind ours.
  const validity = sequence(time(new Date(now - DAY)), time(new Date(now + VALID)));
  return sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    SHA256_WITH_RSA,
    ...[name, validity, name],
    spki,
    tagged(0xa3, sequence(...extensions(spki, applicationUri, hosts))),
  );
}

function extensions(spki: Buffer, applicationUri: string, hosts: readonly string[]): readonly Der[] {
  const keyId = createHash('sha1').update(spki).digest();
  return [
    critical('2.5.29.19', sequence()),
    // digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment; keyCertSign, as it signs itself.
    critical('2.5.29.15', bits(Buffer.from([0b1111_0100]), 2)),
    critical('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))),
    extension('2.5.29.14', octets(keyId)),
    extension('2.5.29.35', sequence(tagged(0x80, keyId))),
    extension('2.5.29.17', sequence(tagged(0x86, Buffer.from(applicationUri)), ...hosts.map(generalName))),
  ];
}

/** RFC 5280, 4.2.1.6. */
const generalName = (host: string): Der =>
  isIPv4(host) ? tagged(0x87, Buffer.from(host.split('.').map(Number))) : tagged(0x82, Buffer.from(host));

const extension = (id: string, value: Der): Der => sequence(oid(id), octets(value));
const critical = (id: string, value: Der): Der => sequence(oid(id), yes, octets(value));

const pem = (der: Der): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
