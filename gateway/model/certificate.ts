import type { Site } from './site.ts';
import type { Text } from './text.ts';

/** Where a certificate that runs out is to be looked at. */
export interface CertificatePlace {
  /** Unique in the site. */
  readonly id: string;
  readonly name: Text;
  /** A file of the gateway's own, or a server that shows it. */
  readonly at: { readonly file: string } | { readonly url: string };
}

/** Certificates by which the gateway logs in, and those of servers by which others reach it or it reaches them. */
export const certificatesIn = (site: Site): CertificatePlace[] => [...ofLogIns(site), ...ofServers(site)];

const ofLogIns = ({ devices }: Site): CertificatePlace[] =>
  devices.flatMap(({ id, name, link }) =>
    link.protocol === 'opcua' && link.identity.kind === 'certificate'
      ? [{ id, name, at: { file: link.identity.certificateFile } }]
      : [],
  );

function ofServers({ pageUrl, influx, heartbeat }: Site): CertificatePlace[] {
  const urls: readonly (readonly [id: string, name: Text, url: string | null | undefined])[] = [
    ['page', { zh: '网页', en: 'the page' }, pageUrl],
    ['influx', { zh: 'InfluxDB', en: 'InfluxDB' }, influx?.url],
    ['heartbeat', { zh: '心跳', en: 'the heartbeat' }, heartbeat?.url],
  ];
  return urls.flatMap(([id, name, url]) => (url?.startsWith('https:') ? [{ id, name, at: { url } }] : []));
}
