import { existsSync } from 'node:fs';

/** The real servers and clients that tests talk to, where Debian puts them. `npm test` installs them as root. */
const PEERS = {
  influxd: '/usr/bin/influxd',
  victoriaMetrics: '/usr/bin/victoria-metrics',
  mosquitto: '/usr/sbin/mosquitto',
  mosquittoPub: '/usr/bin/mosquitto_pub',
  mosquittoSub: '/usr/bin/mosquitto_sub',
  mbpoll: '/usr/bin/mbpoll',
  pymodbus: '/usr/lib/python3/dist-packages/pymodbus/__init__.py',
  socat: '/usr/bin/socat',
  chromium: '/usr/bin/chromium',
  openssl: '/usr/bin/openssl',
  faketime: '/usr/bin/faketime',
  curl: '/usr/bin/curl',
} as const;

export type Peer = keyof typeof PEERS;

export const peerPath = (peer: Peer): string => PEERS[peer];

/** For `test.skipIf`: true when one of them is not on this machine. */
export const without = (...peers: readonly Peer[]): boolean => peers.some((peer) => !existsSync(PEERS[peer]));
