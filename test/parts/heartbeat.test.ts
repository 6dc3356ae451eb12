import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import { silentLog } from '#model/log';
import type { Heartbeat as HeartbeatSite } from '#model/site';
import { MINUTE } from '#model/time';
import { Heartbeat } from '../../gateway/heartbeat/heartbeat.ts';
import type { Pulse } from '../../gateway/heartbeat/pulse.ts';
import { Metrics } from '../../gateway/runtime/metrics.ts';
import { freePort } from '../kit/free-port.ts';
import { HandClock } from '../kit/hand-clock.ts';
import { peerPath, without } from '../kit/peers.ts';
import { until } from '../kit/until.ts';

interface Wishes {
  readonly url?: string;
  readonly mqtt?: NonNullable<HeartbeatSite['mqtt']>;
  readonly complaints?: readonly string[];
  readonly open?: readonly Alarm[];
}

async function startHeartbeat({ url, mqtt, complaints = [], open = [] }: Wishes) {
  const clock = new HandClock(Date.UTC(2026, 0, 5));
  const meter = new Metrics();
  const told: boolean[] = [];
  const heartbeat = new Heartbeat({
    ...{ site: 'hz', clock, log: silentLog, meter, complaints: () => complaints, open: () => open },
    heartbeat: { every: MINUTE, url: url ?? null, mqtt: mqtt ?? null },
    report: (condition, holds) => {
      expect(condition).toBe('heartbeat-refused');
      told.push(holds);
    },
  });
  await heartbeat.start();
  onTestFinished(() => heartbeat.stop());
  return { heartbeat, clock, meter, told };
}

async function startListener(
  answer: () => number,
): Promise<{ url: string; pulses: Pulse[]; server: Server }> {
  const pulses: Pulse[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    try {
      for await (const chunk of request) text += chunk;
    } catch {
      // Given up in the middle: nothing arrived.
      return;
    }
    pulses.push(JSON.parse(text));
    response.writeHead(answer()).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/beat`, pulses, server };
}

const unacknowledged = (severity: string, state: string): Alarm =>
  ({ state, rule: { severity } }) as Partial<Alarm> as Alarm;

describe('a heartbeat by HTTP', () => {
  test('says who lives, since when, and what it complains of', async () => {
    const { url, pulses } = await startListener(() => 200);
    const open = [
      ...[unacknowledged('critical', 'unacknowledged'), unacknowledged('critical', 'acknowledged')],
      ...[unacknowledged('notice', 'returned'), unacknowledged('notice', 'latched')],
    ];
    const { clock } = await startHeartbeat({ url, complaints: ['the disk is full'], open });
    await until('the first beat', () => pulses.length === 1);
    expect(pulses[0]).toEqual({
      ...{ site: 'hz', at: clock.wall(), startedAt: clock.wall(), status: 'degraded' },
      ...{ complaints: ['the disk is full'], unacknowledged: { critical: 1, warning: 0, notice: 1 } },
    });
    await clock.advance(MINUTE);
    await until('the second beat', () => pulses.length === 2);
    expect(pulses[1]?.at).toBe((pulses[0]?.at ?? 0) + MINUTE);
  });

  test('is told as refused after five beats in a row, and as well again after one that arrives', async () => {
    let status = 503;
    const { url, pulses } = await startListener(() => status);
    const { clock, told } = await startHeartbeat({ url });
    for (let beat = 1; beat <= 5; beat++) {
      await until(`beat ${beat} is noted`, () => told.length === beat && pulses.length === beat);
      expect(told.at(-1)).toBe(beat === 5);
      if (beat < 5) await clock.advance(MINUTE);
    }
    status = 204;
    await clock.advance(MINUTE);
    await until('the beat that arrives', () => told.at(-1) === false);
  });

  test('does not follow a redirect', async () => {
    const elsewhere = await startListener(() => 200);
    const server = createServer((_request, response) =>
      response.writeHead(307, { Location: elsewhere.url }).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { told } = await startHeartbeat({ url });
    await until('the beat is lost', () => told.length === 1);
    expect(elsewhere.pulses).toEqual([]);
  });

  test('a server that never answers does not hold the next beat, nor the stop', async () => {
    const server = createTcpServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { heartbeat, clock, meter, told } = await startHeartbeat({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    });
    await clock.advance(11_000);
    await until('the beat is given up', () => told.length === 1);
    expect(await meter.registry.metrics()).toContain('hygate_heartbeats_total{way="http",result="lost"} 1');
    await clock.advance(MINUTE);
    await heartbeat.stop();
  });
});

describe.skipIf(without('mosquitto'))('a heartbeat by MQTT', () => {
  async function startMosquitto(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'hygate-heartbeat-'));
    const port = await freePort();
    const config = join(folder, 'mosquitto.conf');
    await writeFile(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
    const child = spawn(peerPath('mosquitto'), ['-c', config], { stdio: 'ignore' });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    });
    return `mqtt://127.0.0.1:${port}`;
  }

  test('lies retained on another broker', async () => {
    const url = await startMosquitto();
    const client = await until('mosquitto answers', () =>
      connectAsync(url, { connectTimeout: 500, reconnectPeriod: 0 }).catch(() => undefined),
    );
    onTestFinished(() => client.endAsync(true));
    const { told } = await startHeartbeat({
      mqtt: { url, topic: 'watch/hz', user: 'hz', password: 'x' },
    });
    await until('the beat is acknowledged', () => told.at(-1) === false);
    const retained: Pulse[] = [];
    client.on('message', (_topic, payload, { retain }) => {
      if (retain) retained.push(JSON.parse(payload.toString()));
    });
    await client.subscribeAsync('watch/#');
    await until('the retained beat', () => retained.length === 1);
    expect(retained[0]).toMatchObject({ site: 'hz', status: 'ok' });
  });

  test('a broker that is away is told after five beats and found again', async () => {
    const port = await freePort();
    const { clock, told } = await startHeartbeat({
      mqtt: { url: `mqtt://127.0.0.1:${port}`, topic: 'watch/hz', user: null, password: null },
    });
    for (let beat = 1; beat <= 5; beat++) {
      await until(`beat ${beat} is lost`, () => told.length === beat);
      await clock.advance(MINUTE);
    }
    expect(told.slice(0, 5)).toEqual([false, false, false, false, true]);
  });
});
