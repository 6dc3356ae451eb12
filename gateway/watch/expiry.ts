import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { certificatesIn } from '#model/certificate';
import type { Site } from '#model/site';
import type { Text } from '#model/text';
import { type Clock, DAY, type EpochMs, type Ms, SECOND } from '#model/time';

/** Long enough to get a new certificate, or an appointment for a calibration. */
const SOON: Ms = 30 * DAY;
const ANSWER_WITHIN: Ms = 10 * SECOND;

/** Something that is valid until a day. */
export interface Expiry {
  readonly id: string;
  readonly name: Text;
  readonly until: EpochMs;
}

export const isSoon = ({ until }: Expiry, now: EpochMs): boolean => until - now < SOON;

export const calibrationsOf = ({ devices }: Site): Expiry[] =>
  devices.flatMap(({ id, name, calibration }) =>
    calibration === null ? [] : [{ id, name, until: calibration.due }],
  );

/** Of the certificates of the site, those that can be read now. */
export async function certificatesOf(site: Site, clock: Clock): Promise<Expiry[]> {
  const found = await Promise.all(
    certificatesIn(site).map(({ id, name, at }) =>
      'file' in at ? ofFile({ id, name }, at.file) : ofServer({ id, name }, new URL(at.url), clock),
    ),
  );
  return found.flatMap((expiry) => expiry ?? []);
}

type Named = Pick<Expiry, 'id' | 'name'>;

/** A file that cannot be read is told by who needs it. */
const ofFile = (named: Named, file: string): Promise<Expiry | undefined> =>
  readFile(file)
    .then((pem) => ({ ...named, until: validUntil(new X509Certificate(pem)) }))
    .catch(() => undefined);

/** A server that does not answer is told by who needs it, too. */
const ofServer = (named: Named, { hostname, port }: URL, clock: Clock): Promise<Expiry | undefined> =>
  new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    // Looked at and not trusted: nothing is said to it, and one that has expired is what is sought.
    const name = isIP(host) === 0 ? { servername: host } : {};
    const options = { host, port: Number(port || 443), ...name, rejectUnauthorized: false };
    const socket = connect(options, () => {
      const certificate = socket.getPeerX509Certificate();
      finish(certificate && { ...named, until: validUntil(certificate) });
    });
    const timer = clock.after(ANSWER_WITHIN, () => finish());
    const finish = (expiry?: Expiry) => {
      timer.cancel();
      socket.destroy();
      resolve(expiry);
    };
    socket.on('error', () => finish());
  });

const validUntil = ({ validToDate }: X509Certificate): EpochMs => validToDate.getTime();
