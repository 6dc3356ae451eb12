import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ms } from '#model/time';
import { FaultProxy } from '../kit/fault-proxy.ts';
import { ForwardRig, v1Target, v2Target } from '../kit/forward-rig.ts';
import {
  INFLUX_ADMIN,
  INFLUX_DATABASE,
  type InfluxPeer,
  queryInflux,
  startInfluxd,
  startVictoria,
} from '../kit/influx-peers.ts';
import { until } from '../kit/until.ts';
import { play } from './influx-play.ts';
import type { FaultTrial, TrialContext, TrialResult } from './trial.ts';

/** A rig that reaches the real influxd through a proxy that goes wrong. */
async function proxied(
  context: TrialContext,
  work: (rig: ForwardRig, proxy: FaultProxy) => Promise<TrialResult>,
) {
  const peer = await startInfluxd(join(context.dir, 'influxd'));
  const proxy = new FaultProxy({ target: Number(new URL(peer.url).port), seed: context.seed });
  const port = await proxy.start();
  const influx = v1Target(`http://127.0.0.1:${port}`, { timeout: '500ms' });
  const rig = await ForwardRig.open({ dir: context.dir, influx });
  try {
    return await work(rig, proxy);
  } finally {
    await rig.stop();
    await proxy.stop();
    await peer.stop();
  }
}

const wire = (name: string, injected: string, break_: (proxy: FaultProxy) => unknown): FaultTrial => ({
  name,
  run: (context) =>
    proxied(context, async (rig, proxy) => {
      const lasts = context.short ? 700 : 5000;
      const result = await play({
        rig,
        look: () => rig.look(),
        async fault(duringFault) {
          await break_(proxy);
          await duringFault();
          await sleep(lasts);
          await proxy.start();
          proxy.heal();
        },
      });
      return { ...result, injected: `${injected}, ${lasts} ms` };
    }),
});

export const WIRE: readonly FaultTrial[] = [
  wire('influxd: connections refused', 'nobody listens', (proxy) => proxy.refuse()),
  wire('influxd: a half-open wire', 'both ways swallowed', (proxy) => {
    proxy.up = { swallow: true };
    proxy.down = { swallow: true };
  }),
  wire('influxd: each new connection is reset', 'reset at accept', (proxy) => {
    proxy.welcome = 'reset';
    proxy.cut('reset');
  }),
];

interface PeerTrial {
  readonly name: string;
  readonly injected: string;
  readonly start: (dir: string) => Promise<InfluxPeer>;
  readonly target: (url: string) => object;
  readonly prepare?: (peer: InfluxPeer) => Promise<void>;
  readonly fault: (peer: InfluxPeer, lasts: Ms) => Promise<void>;
}

const WRITER = 'writer';

const peerTrial = ({ name, injected, start, target, prepare, fault }: PeerTrial): FaultTrial => ({
  name,
  async run({ dir, short }) {
    const peer = await start(join(dir, 'peer'));
    await prepare?.(peer);
    const rig = await ForwardRig.open({ dir, influx: target(peer.url) });
    try {
      const result = await play({
        rig,
        look: () => rig.look(),
        async fault(duringFault) {
          const ending = fault(peer, short ? 600 : 5000);
          await duringFault();
          await ending;
        },
      });
      return { ...result, injected };
    } finally {
      await rig.stop();
      await peer.stop();
    }
  },
});

const killed = async (peer: InfluxPeer, lasts: Ms): Promise<void> => {
  await peer.stop();
  await sleep(lasts);
  await peer.start();
};

const frozen = async (peer: InfluxPeer, lasts: Ms): Promise<void> => {
  peer.signal('SIGSTOP');
  await sleep(lasts);
  peer.signal('SIGCONT');
};

const INFLUXD = { start: startInfluxd, target: (url: string) => v1Target(url, { timeout: '400ms' }) };
const VICTORIA = { start: startVictoria, target: (url: string) => v2Target(url, { timeout: '400ms' }) };

export const PEERS: readonly FaultTrial[] = [
  peerTrial({ ...INFLUXD, name: 'influxd: kill -9', injected: 'and started again', fault: killed }),
  peerTrial({ ...INFLUXD, name: 'influxd: frozen', injected: 'SIGSTOP', fault: frozen }),
  peerTrial({
    ...VICTORIA,
    name: 'VictoriaMetrics: kill -9',
    injected: 'with what it had in memory only',
    fault: killed,
  }),
  peerTrial({ ...VICTORIA, name: 'VictoriaMetrics: frozen', injected: 'SIGSTOP', fault: frozen }),
  peerTrial({
    start: startInfluxd,
    target: (url) => v1Target(url, { user: WRITER }),
    name: 'influxd: the password is another for a while',
    injected: 'changed and changed back on the server',
    async prepare({ url }) {
      await queryInflux(url, `CREATE USER ${WRITER} WITH PASSWORD '${INFLUX_ADMIN.password}'`);
      await queryInflux(url, `GRANT ALL ON "${INFLUX_DATABASE}" TO ${WRITER}`);
    },
    async fault({ url }, lasts) {
      await queryInflux(url, `SET PASSWORD FOR ${WRITER} = 'another'`);
      await sleep(lasts);
      await queryInflux(url, `SET PASSWORD FOR ${WRITER} = '${INFLUX_ADMIN.password}'`);
    },
  }),
];

/** A name that nobody knows, until the site file names the server by its address. */
export const DNS: FaultTrial = {
  name: 'the name of the server is not known',
  run: (context) =>
    proxied(context, async (rig) => {
      const result = await play({
        rig,
        look: () => rig.look(),
        async fault(duringFault) {
          await rig.stopForwarding();
          const { port } = new URL(rig.target.url);
          await rig.startForwarding({ ...rig.target, url: `http://influx.invalid:${port}` });
          await duringFault();
          await until(
            'it was tried',
            () => (rig.meters.get('hygate_forward_retries_total network') ?? 0) > 0,
          );
          await rig.stopForwarding();
          await rig.startForwarding();
        },
      });
      return { ...result, injected: 'influx.invalid' };
    }),
};
