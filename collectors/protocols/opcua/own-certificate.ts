import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import { makeApplicationUrn } from 'node-opcua-client';
import { type Clock, DAY } from '#model/time';

const APPLICATION = 'Hygate';
const VALID_DAYS = 20 * 365;

/** The gateway as OPC UA servers see it: they trust `certificateFile`. */
export interface OwnCertificate {
  readonly applicationName: string;
  readonly applicationUri: string;
  readonly certificateFile: string;
  readonly privateKeyFile: string;
}

const made = new Map<string, Promise<OwnCertificate>>();

/**
 * Our application certificate in `pkiDir`: made at the first call (2048 bits, RSA, 20 years), kept for ever, since
 * every server had to be told to trust it. Calls from several devices at once make one.
 */
export function ownCertificate(pkiDir: string, clock: Clock): Promise<OwnCertificate> {
  const known = made.get(pkiDir) ?? load(pkiDir, clock);
  made.set(pkiDir, known);
  // A folder that could not be written is tried again with the next connection.
  known.catch(() => made.delete(pkiDir));
  return known;
}

async function load(pkiDir: string, clock: Clock): Promise<OwnCertificate> {
  const certificateFile = join(pkiDir, 'own', 'certs', 'hygate.pem');
  const privateKeyFile = join(pkiDir, 'own', 'private', 'private_key.pem');
  if (!existsSync(certificateFile)) await make(pkiDir, certificateFile, clock);
  const applicationUri = uriIn(await readFile(certificateFile));
  return { applicationName: APPLICATION, applicationUri, certificateFile, privateKeyFile };
}

async function make(pkiDir: string, outputFile: string, clock: Clock): Promise<void> {
  const manager = new OPCUACertificateManager({
    rootFolder: pkiDir,
    automaticallyAcceptUnknownCertificate: false,
    disableFileWatchers: true,
    keySize: 2048,
  });
  try {
    await manager.initialize();
    await manager.createSelfSignedCertificate({
      applicationUri: makeApplicationUrn(hostname(), APPLICATION),
      dns: [hostname()],
      outputFile,
      subject: `/CN=${APPLICATION}@${hostname()}/O=${APPLICATION}`,
      // Valid since yesterday: a server whose clock is behind would refuse it otherwise.
      startDate: new Date(clock.wall() - DAY),
      validity: VALID_DAYS,
    });
  } finally {
    await manager.dispose();
  }
}

/** As the certificate says it: the host may have another name by now, and servers compare the two (Part 4, 6.1.3). */
function uriIn(pem: Buffer): string {
  const uri = /URI:([^,]+)/.exec(new X509Certificate(pem).subjectAltName ?? '')?.[1];
  return uri ?? makeApplicationUrn(hostname(), APPLICATION);
}
