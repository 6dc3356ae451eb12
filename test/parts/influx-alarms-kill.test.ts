import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AlarmStore } from '../../alerts/engine/store/store.ts';
import { freePort } from '../kit/free-port.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { type InfluxTestServer, type Reaction, startInfluxServer } from '../kit/influx-server.ts';
import { anAlarm, telling } from '../kit/outbox.ts';
import { until } from '../kit/until.ts';

const EVENTS = 250;
const BATCH = 100;
const START = 1_795_000_000_000;

let dir: string;
let stops: (() => Promise<unknown>)[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-influx-alarms-kill-'));
  stops = [];
});
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  rmSync(dir, { recursive: true, force: true });
});

/** Several in each millisecond, told apart by their comments. */
function storeEvents(data: string): void {
  mkdirSync(data, { mode: 0o700 });
  const store = new AlarmStore(join(data, 'alarms.sqlite'));
  const events = Array.from({ length: EVENTS }, (_, index) => ({
    id: index + 1,
    event: {
      ...({
        type: 'commented',
        at: START + Math.floor(index / 7),
        by: 'li',
        comment: `no-${index}`,
      } as const),
      alarm: anAlarm({ point: 'box-1.temp' }),
    },
  }));
  store.commit({ ...telling([]), events });
  store.close();
}

const alarmRows = (lines: readonly string[]) => lines.filter((line) => /comment="no-\d+"/.test(line));
const writes = ({ seen }: InfluxTestServer) =>
  seen.map(({ lines }) => alarmRows(lines)).filter((rows) => rows.length > 0);

/** What InfluxDB knows a row by: its series and its time. */
const keyOf = (line: string) => `${line.slice(0, line.indexOf(' '))} ${line.slice(line.lastIndexOf(' '))}`;
const commentOf = (line: string) => /comment="(no-\d+)"/.exec(line)?.[1];

test('a gateway that is killed after InfluxDB took rows of alarms, and before it wrote that down, leaves each row once and none out', async () => {
  const influx = await startInfluxServer();
  stops.push(() => influx.stop());
  const data = join(dir, 'data');
  storeEvents(data);
  const file = join(dir, 'site.yaml');
  writeFileSync(
    file,
    `
site: { id: whole, name: 测试 }
listen: { mqtt: 127.0.0.1:${await freePort()}, http: 127.0.0.1:${await freePort()} }
areas: [{ id: vaccine, name: 疫苗, kind: cold-chain }]
devices:
  - { id: box-1, area: vaccine, driver: mqtt-logger, every: 1m, login: { password: "\${BOX}" } }
influx: { url: "${influx.url}", org: o, bucket: b, token: t, batch: ${BATCH} }
`,
  );
  const start = () => {
    const env = { BOX: 'box-secret' };
    const gateway = new HygateProcess(['run', '--config', file, '--data', data], { env });
    stops.push(() => gateway.stop('SIGKILL'));
    return gateway;
  };

  // The second write of alarms is taken, and nothing that the gateway does after that ever happens.
  const first = start();
  let before: string[] = [];
  const take: Reaction = (response, lines) => {
    const last = alarmRows(lines).length > 0 && writes(influx).length === 2;
    if (last) before = writes(influx).flat();
    else influx.script.push(take);
    response.writeHead(204).end(() => last && process.kill(first.pid, 'SIGKILL'));
  };
  influx.script.push(take);
  expect(await first.exited).toMatchObject({ signal: 'SIGKILL' });
  expect(before.length).toBeGreaterThan(BATCH);
  expect(before.length).toBeLessThan(EVENTS);

  start();
  const rows = await until(
    'every row has come',
    () => new Set(writes(influx).flat().map(keyOf)).size >= EVENTS && writes(influx).flat(),
    120_000,
  );
  const asTold = Map.groupBy(rows, keyOf);
  expect([...asTold.values()].every((lines) => new Set(lines).size === 1)).toBe(true);
  expect(asTold.size).toBe(EVENTS);
  expect(new Set(rows.map(commentOf)).size).toBe(EVENTS);
  // What had been taken came again: the cursor had not been written.
  expect(rows.length).toBeGreaterThanOrEqual(before.length + EVENTS);
}, 180_000);
