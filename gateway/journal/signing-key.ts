import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Log } from '#model/log';
import { syncFolder } from './segment.ts';

/** An Ed25519 key of RFC 8032. Its private half never leaves the folder. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** PEM, SubjectPublicKeyInfo: to be kept elsewhere. */
  readonly publicPem: string;
  /** SHA-256 of the public half in DER, hex: which key it was. */
  readonly fingerprint: string;
  /** Made just now. */
  readonly isNew: boolean;
}

const privatePath = (dir: string): string => join(dir, 'signing-key.pem');
export const publicKeyPath = (dir: string): string => join(dir, 'signing-key.pub.pem');

export const fingerprintOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');

/** The key of the folder, made at the first start. One that cannot be read is set aside with its public half. */
export function openSigningKey(dir: string, log: Log): SigningKey {
  const known = readKey(dir, log);
  const privateKey = known ?? generateKeyPairSync('ed25519').privateKey;
  const publicKey = createPublicKey(privateKey);
  const publicPem = String(publicKey.export({ type: 'spki', format: 'pem' }));
  if (known === undefined) {
    writeWhole(privatePath(dir), String(privateKey.export({ type: 'pkcs8', format: 'pem' })), 0o600);
  }
  if (known === undefined || !existsSync(publicKeyPath(dir)))
    writeWhole(publicKeyPath(dir), publicPem, 0o644);
  return { privateKey, publicPem, fingerprint: fingerprintOf(publicKey), isNew: known === undefined };
}

function readKey(dir: string, log: Log): KeyObject | undefined {
  const path = privatePath(dir);
  if (!existsSync(path)) return undefined;
  try {
    return createPrivateKey(readFileSync(path));
  } catch (error) {
    log.error(
      { file: path, err: error },
      'the signing key cannot be read: it is set aside and a new one made',
    );
    for (const file of [path, publicKeyPath(dir)]) if (existsSync(file)) renameSync(file, `${file}.damaged`);
    return undefined;
  }
}

/** Under its name it is whole or not there. */
function writeWhole(path: string, text: string, mode: number): void {
  const file = openSync(`${path}.new`, 'w', mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  syncFolder(dirname(path));
}
