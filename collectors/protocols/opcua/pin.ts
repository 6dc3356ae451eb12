import { createHash, X509Certificate } from 'node:crypto';
import { type StatusCode, StatusCodes } from 'node-opcua-client';
import { Down } from './down.ts';

/** DER, alone or with the chain behind it. */
type Shown = Uint8Array | readonly Uint8Array[];

/** SHA-256 over the DER form, 64 lower-case hex digits. */
export const fingerprintOf = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex');

/**
 * The trust of one device: exactly one certificate, named in the site file, whoever signed it and until whenever it
 * is valid. node-opcua asks here about the certificate that it fetched, and then opens the secure channel with that
 * very certificate: the nonce from which the channel's keys are made is encrypted for it (Part 4, 5.5.2), so a server
 * without its private key can open no channel.
 */
export class ServerPin {
  referenceCounter = 0;
  readonly #fingerprint: string | null;
  #shown: Uint8Array | undefined;

  constructor(fingerprint: string | null) {
    this.#fingerprint = fingerprint;
  }

  /** The sentence about a certificate that was refused; undefined when none was. */
  refusal(): Down | undefined {
    return this.#shown === undefined ? undefined : refusalOf(this.#shown, this.#fingerprint);
  }

  async checkCertificate(shown: Shown): Promise<StatusCode> {
    const own = serverOwn(shown);
    if (fingerprintOf(own) === this.#fingerprint) return StatusCodes.Good;
    this.#shown = own;
    return StatusCodes.BadCertificateUntrusted;
  }

  getTrustStatus(shown: Shown): Promise<StatusCode> {
    return this.checkCertificate(shown);
  }

  /** Asked about our own certificate only, which needs no trust. */
  async verifyCertificate(): Promise<string> {
    return 'Good';
  }

  // Nothing is learned and nothing is kept: the site file alone says whom to trust.
  async initialize(): Promise<void> {}
  async dispose(): Promise<void> {}
  async trustCertificate(): Promise<void> {}
  async rejectCertificate(): Promise<void> {}
  async addIssuer(): Promise<void> {}
  async addRevocationList(): Promise<void> {}
}

/** Of what a server shows, its own certificate. It may send its chain as DER after DER; the first is its own (Part 6, 6.2.6). */
export function serverOwn(shown: Shown): Uint8Array {
  const der = (shown instanceof Uint8Array ? shown : shown[0]) ?? new Uint8Array();
  // SEQUENCE, long form with two length bytes: every RSA certificate of 1024 bits or more.
  if (der[0] !== 0x30 || der[1] !== 0x82) return der;
  return der.subarray(0, 4 + (der[2] ?? 0) * 256 + (der[3] ?? 0));
}

function refusalOf(der: Uint8Array, pinned: string | null): Down {
  const shown = fingerprintOf(der);
  const expected = pinned === null ? 'none is trusted yet' : `the site file trusts ${pinned}`;
  return new Down(
    'comm-refused',
    `the server showed certificate ${shown} (${describe(der)}), but ${expected}; ` +
      `put \`server: ${shown}\` into the device's security in the site file if it is the right one`,
  );
}

function describe(der: Uint8Array): string {
  try {
    const { subject, validTo } = new X509Certificate(der);
    return `${subject.replaceAll('\n', ', ')}, valid until ${new Date(validTo).toISOString().slice(0, 10)}`;
  } catch {
    return 'not a readable certificate';
  }
}
