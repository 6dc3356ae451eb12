import { createHash, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type IdentityOptions, makeIdentity } from './certificate.ts';

/** Where the server's own library looks for them. */
const KEY = join('own', 'private', 'private_key.pem');
const CERTIFICATE = join('own', 'certs', 'certificate.pem');

/** Keeps a key and a certificate below `pkiDir`, made at the first start. Returns the certificate's SHA-256 in lower-case hex. */
export async function keepIdentity(pkiDir: string, options: IdentityOptions): Promise<string> {
  const kept = await readFile(join(pkiDir, CERTIFICATE), 'utf8').catch(missing);
  const certificate = kept ?? (await makeAndWrite(pkiDir, options));
  return createHash('sha256').update(new X509Certificate(certificate).raw).digest('hex');
}

async function makeAndWrite(pkiDir: string, options: IdentityOptions): Promise<string> {
  const { key, certificate } = await makeIdentity(options);
  await write(join(pkiDir, KEY), key);
  // Last: where there is a certificate, there is its key.
  await write(join(pkiDir, CERTIFICATE), certificate);
  return certificate;
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  // Whole or not at all: half a certificate would stop every later start.
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
