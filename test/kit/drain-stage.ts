import { join } from 'node:path';
import { FaultProxy } from './fault-proxy.ts';
import { ForwardRig, v1Target } from './forward-rig.ts';
import { freePort } from './free-port.ts';
import { HygateProcess } from './hygate-process.ts';
import { INFLUX_ADMIN, type InfluxPeer, startInfluxd } from './influx-peers.ts';
import { LiveProbe } from './live-probe.ts';
import { startWebhookServer } from './webhook.ts';

export interface DrainStageOptions {
  readonly dir: string;
  /** The backlog: rows of 100 readings. */
  readonly rows: number;
}

/** A gateway with a backlog that InfluxDB has not seen; InfluxDB stays unreachable until `drain`. */
export interface DrainStage {
  readonly influx: InfluxPeer;
  readonly rig: ForwardRig;
  readonly probe: LiveProbe;
  readonly backlog: number;
  /** InfluxDB can be reached from now on. */
  drain(): Promise<unknown>;
  /** kill -9 of the gateway, and a new one on the same folder. */
  restart(): Promise<void>;
  /** A metric of the gateway now. */
  metric(name: string): Promise<number>;
  stop(): Promise<void>;
}

/** Devices with a limit, beside those of the backlog, whose readings are beyond every limit. */
const PROBES = Array.from({ length: 60 }, (_, index) => ({
  ...{ id: `probe-${index}`, area: 'vaccine', driver: 'mqtt-logger', login: { password: 'file:secret' } },
  limits: { points: { temp: { 'high-high': 8, deadband: 1, 'on-delay': '0ms', 'off-delay': '0ms' } } },
}));

export async function setDrainStage({ dir, rows }: DrainStageOptions): Promise<DrainStage> {
  const ending = new AsyncDisposableStack();
  const influx = await startInfluxd(join(dir, 'influxd'));
  ending.defer(() => influx.stop());
  const proxy = new FaultProxy({ target: Number(new URL(influx.url).port), seed: 1 });
  const url = `http://127.0.0.1:${await proxy.start()}`;
  ending.defer(() => proxy.stop());
  const hook = await startWebhookServer();
  ending.defer(() => hook.close());
  const [mqtt, http] = [await freePort(), await freePort()];
  const rig = await ForwardRig.open({
    ...{ dir, influx: v1Target(url), from: Date.now() - 86_400_000 },
    others: PROBES,
    more: {
      listen: { mqtt: `127.0.0.1:${mqtt}`, http: `127.0.0.1:${http}` },
      channels: { webhook: { url: hook.url } },
      people: [{ id: 'li', name: '李', channels: ['webhook'] }],
      routes: [{ severities: ['warning', 'critical'], to: ['li'] }],
    },
  });
  await rig.append(rows, 100);
  await rig.stop();
  await proxy.refuse();
  let gateway = await startGateway(rig);
  ending.defer(async () => void (await gateway.stop()));
  const probe = new LiveProbe({
    ...{
      mqttUrl: `mqtt://127.0.0.1:${mqtt}`,
      password: INFLUX_ADMIN.password,
      devices: PROBES.map(({ id }) => id),
      hook,
    },
  });
  await probe.start();
  ending.defer(() => probe.stop());
  return {
    ...{ influx, rig, probe, backlog: rig.written.length },
    drain: () => proxy.start(),
    async restart() {
      await gateway.stop('SIGKILL');
      gateway = await startGateway(rig);
    },
    async metric(name) {
      const text = await (await fetch(`http://127.0.0.1:${http}/metrics`)).text();
      const found = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))];
      return found.reduce((sum, [, value]) => sum + Number(value), 0);
    },
    stop: () => ending.disposeAsync(),
  };
}

async function startGateway({ siteFile, dataDir }: ForwardRig): Promise<HygateProcess> {
  const gateway = new HygateProcess(['run', '--config', siteFile, '--data', dataDir]);
  await gateway.waitFor(/^Loggers/m);
  return gateway;
}
