import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../kit/free-port.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { INFLUX_ADMIN, INFLUX_DATABASE, queryInflux, startInfluxd } from '../kit/influx-peers.ts';
import { peerPath, without } from '../kit/peers.ts';
import { until } from '../kit/until.ts';

const run = promisify(execFile);

let dir: string;
let stops: (() => Promise<unknown>)[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-influx-whole-'));
  stops = [];
});
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  rmSync(dir, { recursive: true, force: true });
});

test.skipIf(without('influxd', 'mosquittoPub'))(
  'what a logger had acknowledged is in InfluxDB, also when the gateway was killed before InfluxDB could be reached',
  async () => {
    const [mqtt, http, influxPort] = [await freePort(), await freePort(), await freePort()];
    const file = join(dir, 'site.yaml');
    const site = (influx: string) => `
site: { id: whole, name: 测试 }
listen: { mqtt: 127.0.0.1:${mqtt}, http: 127.0.0.1:${http} }
areas: [{ id: vaccine, name: 疫苗, kind: cold-chain }]
devices:
  - { id: box-1, area: vaccine, driver: mqtt-logger, every: 1m, login: { password: "\${BOX}" } }
influx: { url: "${influx}", database: "${INFLUX_DATABASE}", user: ${INFLUX_ADMIN.user}, password: "\${INFLUX}" }
`;
    const env = { BOX: 'box-secret', INFLUX: INFLUX_ADMIN.password };
    const start = async () => {
      const gateway = new HygateProcess(['run', '--config', file, '--data', join(dir, 'data')], { env });
      stops.push(() => gateway.stop('SIGKILL'));
      await gateway.waitFor(/^Loggers/m);
      return gateway;
    };
    const now = Date.now();
    const send = (readings: readonly object[]) =>
      run(peerPath('mosquittoPub'), [
        ...['-h', '127.0.0.1', '-p', String(mqtt), '-u', 'box-1', '-P', env.BOX, '-q', '1'],
        ...['-t', 'hygate/whole/in/box-1', '-m', JSON.stringify({ v: 1, readings })],
      ]);

    writeFileSync(file, site(`http://127.0.0.1:${influxPort}`));
    const first = await start();
    await send([
      { point: 'temp', at: now - 120_000, value: 4.25 },
      { point: 'temp', at: now - 60_000, value: null, q: 'bad', why: 'sensor-fault' },
    ]);
    await first.stop('SIGKILL');

    const influx = await startInfluxd(join(dir, 'influx'));
    stops.push(() => influx.stop());
    await queryInflux(influx.url, `CREATE DATABASE "${INFLUX_DATABASE}"`);
    writeFileSync(file, site(influx.url));
    await start();
    await send([{ point: 'temp', at: now, value: 5.5, q: 'uncertain', why: 'calibration' }]);

    const rows = await until('three rows are in InfluxDB', async () => {
      const [series] = await queryInflux(influx.url, 'SELECT "value", "q", "device" FROM "temperature"');
      return series?.values.length === 3 && series.values;
    });
    expect(rows).toEqual([
      [now - 120_000, 4.25, 0, 'box-1'],
      [now - 60_000, null, 2, 'box-1'],
      [now, 5.5, 1, 'box-1'],
    ]);
    const [starts] = await queryInflux(
      influx.url,
      `SELECT "text" FROM "event" WHERE "type" = 'gateway-started'`,
    );
    expect(starts?.values.map(([, text]) => text)).toEqual(['网关启动', '网关启动']);
  },
  180_000,
);
