import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';

/** The first certificate of a PEM text. */
export const derOf = (pem: string): Buffer =>
  Buffer.from(/-----BEGIN CERTIFICATE-----([^-]+)/.exec(pem)?.[1] ?? '', 'base64');

/** A self-signed certificate of a person, with its key, in files. */
export async function makeUserCertificate(dir: string): Promise<{
  readonly certificateFile: string;
  readonly privateKeyFile: string;
  readonly der: Buffer;
}> {
  const manager = new OPCUACertificateManager({ rootFolder: dir, disableFileWatchers: true });
  await manager.initialize();
  const certificateFile = join(dir, 'user.pem');
  await manager.createSelfSignedCertificate({
    applicationUri: 'urn:hygate-test:user',
    dns: ['localhost'],
    outputFile: certificateFile,
    subject: '/CN=Li/O=Hospital',
    startDate: new Date(),
    validity: 365,
  });
  await manager.dispose();
  return {
    certificateFile,
    privateKeyFile: manager.privateKey,
    der: derOf(readFileSync(certificateFile, 'utf8')),
  };
}
