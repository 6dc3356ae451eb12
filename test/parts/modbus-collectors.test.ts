import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLog } from '#model/log';
import type { Meter } from '#model/meter';
import type { Sample } from '#model/reading';
import { leastRetention } from '#model/retention';
import type { Site, SiteDevice } from '#model/site';
import { realClock } from '#model/time';
import { topicsOf } from '#model/topic';
import { parseSamples } from '#model/wire';
import { Collectors } from '../../collectors/collectors.ts';
import { type BrokerLogin, type Fleet, runFleet } from '../../collectors/fleet.ts';
import { freePort } from '../kit/free-port.ts';
import { modbusDevice, rtuOverTcpLine, serialLine, tcpLine } from '../kit/modbus-device.ts';
import { startPty } from '../kit/modbus-peer.ts';
import { healthy, ScriptedModbus } from '../kit/modbus-scripted.ts';
import { peerPath, without } from '../kit/peers.ts';
import { siteRest } from '../kit/site-rest.ts';
import { until } from '../kit/until.ts';

const POINTS = { value: { table: 'holding', address: 100, type: 'uint16', scale: 0.1 } } as const;

const siteOf = (devices: readonly SiteDevice[]): Site => ({
  id: 'hz',
  name: { zh: '院', en: 'hospital' },
  region: [],
  mqtt: { host: '127.0.0.1', port: 0 },
  http: { host: '127.0.0.1', port: 0 },
  areas: [],
  devices,
  people: [],
  routes: [],
  channels: {},
  clients: [],
  influx: null,
  retention: leastRetention(),
  ...siteRest,
});

/** A mosquitto that lets everybody in, and what came to it by device. */
async function startBroker() {
  const folder = await mkdtemp(join(tmpdir(), 'hygate-mosquitto-'));
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  await writeFile(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  const child = spawn(peerPath('mosquitto'), ['-c', config], { stdio: 'ignore' });
  const url = `mqtt://127.0.0.1:${port}`;
  const client = await until('mosquitto answers', () =>
    connectAsync(url, { connectTimeout: 500, reconnectPeriod: 0 }).catch(() => undefined),
  );
  const received = await listen(client);
  /** Whatever came to the broker before has come here, too. */
  const heard = async () => {
    const readings = [{ point: 'value', at: realClock.wall(), value: 1 }];
    await client.publishAsync(topicsOf('hz').in('nobody'), JSON.stringify({ v: 1, readings }), { qos: 1 });
    await until('the last word is heard', () => received.has('nobody'));
  };
  onTestFinished(async () => {
    await client.endAsync(true);
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  });
  return { login: { url, user: 'collector', password: 'x' }, received, heard };
}

async function listen(client: MqttClient): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const received = new Map<string, Sample[]>();
  client.on('message', (topic, payload) => {
    const device = topicsOf('hz').deviceOf(topic) ?? 'somebody';
    received.set(device, [...(received.get(device) ?? []), ...parseSamples(payload.toString()).samples]);
  });
  await client.subscribeAsync('hygate/hz/in/+', { qos: 1 });
  return received;
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await gone;
}

/** Three devices: one over TCP, one over a serial line, one on a converter where nobody answers. */
async function hospital() {
  const [tcp, rtu, mute] = [new ScriptedModbus('mbap'), new ScriptedModbus('rtu'), new ScriptedModbus('rtu')];
  mute.behaviour = () => {};
  const [tcpPort, rtuPort, mutePort] = [await tcp.start(), await rtu.start(), await mute.start()];
  const pty = await startPty(rtuPort);
  onTestFinished(async () => {
    await pty.stop();
    await Promise.all([tcp, rtu, mute].map((server) => server.stop()));
  });
  const common = { points: POINTS, every: 200 };
  const site = siteOf([
    modbusDevice({ id: 'fridge', line: tcpLine(tcpPort), ...common }),
    modbusDevice({ id: 'scale', line: serialLine(pty.path), ...common }),
    modbusDevice({ id: 'dead', line: rtuOverTcpLine(mutePort), ...common, traits: { timeoutMs: 100 } }),
  ]);
  return { site, tcp };
}

/** Lets another fleet of the same period read five times, so that one that is not stopped would have read too. */
async function fivePeriods(login: BrokerLogin): Promise<void> {
  const server = new ScriptedModbus('mbap');
  const line = tcpLine(await server.start());
  const site = siteOf([modbusDevice({ id: 'metronome', line, points: POINTS, every: 200 })]);
  const options = { site, broker: login, dataDir: await folder(), clock: realClock, log: silentLog };
  const fleet = await runFleet({ ...options, meter: tally().meter });
  await until('the metronome was read five times', () => server.asked >= 5);
  await fleet.stop();
  await server.stop();
}

const folder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'hygate-collect-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
};

/** Adds up what is counted. */
function tally(): { readonly meter: Meter; readonly sums: Map<string, number> } {
  const sums = new Map<string, number>();
  const key = (name: string, labels = {}) => [name, ...Object.values(labels)].join(' ');
  const meter: Meter = {
    count: (name, labels, by = 1) =>
      void sums.set(key(name, labels), (sums.get(key(name, labels)) ?? 0) + by),
    gauge: (name, value, labels) => void sums.set(key(name, labels), value),
    time() {},
  };
  return { meter, sums };
}

describe.skipIf(without('mosquitto', 'socat'))('collectors', () => {
  test('in their thread read TCP and serial devices, publish good and bad readings, and know how each is doing', async () => {
    const broker = await startBroker();
    const { site, tcp } = await hospital();
    const { meter, sums } = tally();
    const collectors = new Collectors({
      site,
      broker: () => broker.login,
      dataDir: await folder(),
      clock: realClock,
      log: silentLog,
      meter,
    });
    await collectors.start();
    onTestFinished(() => collectors.stop());
    await until('all three published three times', () =>
      ['fridge', 'scale', 'dead'].every((id) => (broker.received.get(id)?.length ?? 0) >= 3),
    );
    for (const id of ['fridge', 'scale']) {
      expect(broker.received.get(id)).toEqual(
        broker.received
          .get(id)
          ?.map(({ at }) => ({ key: 'value', at, value: 10, quality: 'good', reason: null })),
      );
    }
    expect(
      broker.received
        .get('dead')
        ?.every(({ quality, reason }) => quality === 'bad' && reason === 'comm-timeout'),
    ).toBe(true);
    await until('states come over', () => collectors.all().length === 3);
    expect(collectors.state('fridge')).toMatchObject({ device: 'fridge', up: true, why: '' });
    expect(collectors.state('scale')?.roundTrip).toBeGreaterThan(0);
    expect(collectors.state('dead')).toMatchObject({ up: false, roundTrip: null });
    expect(collectors.state('dead')?.why).toContain('does not answer');
    tcp.behaviour = () => {};
    await until('the fridge is seen to go down', () => collectors.state('fridge')?.up === false);
    tcp.behaviour = healthy;
    await until('and to come back', () => collectors.state('fridge')?.up === true);
    for (const counted of [
      'hygate_device_reads_total scale ok',
      'hygate_readings_bad_total dead comm-timeout',
      'hygate_modbus_requests_total fridge',
    ]) {
      await until(`${counted} comes over`, () => (sums.get(counted) ?? 0) > 2);
    }
    expect(sums.get('hygate_device_up scale')).toBe(1);
    expect(sums.get('hygate_device_up dead')).toBe(0);
  });

  test('without a thread do the same, and leave nothing behind when stopped', async () => {
    const broker = await startBroker();
    const { site, tcp } = await hospital();
    const fleet: Fleet = await runFleet({
      site,
      broker: broker.login,
      dataDir: await folder(),
      clock: realClock,
      log: silentLog,
      meter: tally().meter,
    });
    await until('both good devices published', () =>
      ['fridge', 'scale'].every((id) => (broker.received.get(id)?.length ?? 0) > 0),
    );
    expect(fleet.states().length).toBeGreaterThanOrEqual(2);
    await fleet.stop();
    await until('the fridge sees that nobody asks', () => tcp.open === 0);
    await broker.heard();
    const asked = tcp.asked;
    const sent = broker.received.get('fridge')?.length;
    await fivePeriods(broker.login);
    expect(tcp.asked).toBe(asked);
    expect(broker.received.get('fridge')?.length).toBe(sent);
  });

  test('an impossible address ends the start with its name', async () => {
    const device = modbusDevice({
      id: 'boiler',
      line: tcpLine(1),
      points: { far: { table: 'holding', address: 65_535, type: 'int32' } },
    });
    const options = {
      site: siteOf([device]),
      dataDir: await folder(),
      clock: realClock,
      log: silentLog,
      meter: tally().meter,
    };
    const collectors = new Collectors({
      ...options,
      broker: () => ({ url: 'mqtt://127.0.0.1:1', user: 'x', password: 'x' }),
    });
    await expect(collectors.start()).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('point far'),
    });
  });
});
