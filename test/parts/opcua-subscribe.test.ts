import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Log, silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Sample } from '#model/reading';
import type { OpcuaLink } from '#model/site';
import { type Ms, realClock } from '#model/time';
import { fingerprintOf } from '../../collectors/protocols/opcua/pin.ts';
import { createOpcuaSource } from '../../collectors/protocols/opcua/source.ts';
import type { PushSource } from '../../collectors/source.ts';
import { opcuaDevice } from '../kit/opcua-device.ts';
import { FASTEST_SAMPLING, type OpcuaTestServer, startOpcuaServer } from '../kit/opcua-server.ts';

const CHILD = new URL('../kit/opcua-child.ts', import.meta.url);
const patient = { timeout: 20_000, interval: 20 };

let dir: string;
let server: OpcuaTestServer;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hygate-opcua-'));
  server = await startOpcuaServer({ dir: join(dir, 'server'), port: 0 });
});

afterAll(async () => {
  await server.stop();
  await rm(dir, { recursive: true });
});

interface Heard {
  readonly samples: Sample[];
  readonly states: { readonly up: boolean; readonly why: string }[];
  readonly source: PushSource;
}

function listen(
  nodes: Record<string, string>,
  url: string,
  link: Partial<OpcuaLink> = {},
  { every = 300, log = silentLog }: { every?: Ms; log?: Log } = {},
): Heard {
  const sampling = FASTEST_SAMPLING;
  const device = opcuaDevice({ url, nodes, every, link: { acquire: 'subscribe', sampling, ...link } });
  const deps = { clock: realClock, log, meter: silentMeter, pkiDir: join(dir, 'pki') };
  const source = createOpcuaSource(device, deps);
  if (!('open' in source)) throw new Error('not a source that pushes');
  const heard: Heard = { samples: [], states: [], source };
  source.open({
    samples: (samples) => void heard.samples.push(...samples),
    read: ({ samples }) => void heard.samples.push(...samples),
    state: (up, why) => void heard.states.push({ up, why }),
  });
  return heard;
}

async function startChild(port: number): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = fork(CHILD, [join(dir, 'child'), String(port)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const bound = await new Promise<number>((resolve) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
  });
  return { child, port: bound };
}

const last = <T>(list: readonly T[]): T | undefined => list[list.length - 1];
const uniqueTimes = (samples: readonly Sample[]) =>
  new Set(samples.map(({ key, at }) => `${key} ${at}`)).size === samples.length;

test('a variable that changes every 50 ms loses nothing between two publishes, in order, with its source times', async () => {
  const link = {
    security: 'sign-and-encrypt',
    serverFingerprint: fingerprintOf(server.certificate),
  } as const;
  // No read in between: one in the very millisecond of a change would move the change by one.
  const heard = listen({ fast: 'Fast' }, server.url, link, { every: 60_000 });
  await vi.waitFor(() => expect(heard.states).toEqual([{ up: true, why: '' }]), patient);
  const changes: { at: number; value: number }[] = [];
  for (let value = 1; value <= 60; value += 1) {
    const at = Date.now();
    server.set({ node: 'Fast', value, at });
    changes.push({ at, value });
    // In steps: on a busy machine the server's sampling timer gets its turns before the next change all the same.
    for (let step = 0; step < 5; step += 1) await realClock.sleep(FASTEST_SAMPLING);
  }
  const end = last(changes)?.at;
  await vi.waitFor(() => expect(heard.samples.some(({ at }) => at === end)).toBe(true), patient);
  await heard.source.close();
  const times = new Set(changes.map(({ at }) => at));
  const arrived = heard.samples.filter(({ at }) => times.has(at)).map(({ at, value }) => ({ at, value }));
  expect(arrived).toEqual(changes);
  expect(uniqueTimes(heard.samples)).toBe(true);
});

test('a value that never changes still gives a reading each period, and an unknown node is bad alone', async () => {
  const heard = listen({ door: 'Door', gone: 'ns=1;s=Nothing' }, server.url);
  const of = (key: string) => heard.samples.filter((sample) => sample.key === key);
  await vi.waitFor(() => expect(of('gone').length).toBeGreaterThan(8), patient);
  await heard.source.close();
  expect(of('door').length).toBeGreaterThan(3);
  // Those of the time before the connection was there are bad for another reason.
  const read = (key: string) => of(key).filter(({ reason }) => reason !== 'comm-timeout');
  expect(read('door').every(({ value, quality }) => value === 1 && quality === 'good')).toBe(true);
  expect(read('gone').every(({ value, reason }) => value === null && reason === 'device-exception')).toBe(
    true,
  );
  expect(heard.states).toEqual([{ up: true, why: '' }]);
});

test('a server that samples less often than asked for is named', async () => {
  const told: unknown[] = [];
  const log: Log = { ...silentLog, warn: (fields) => void told.push(fields), child: () => log };
  const heard = listen({ door: 'Door' }, server.url, { sampling: FASTEST_SAMPLING / 2 }, { log });
  const slower = { samplingMs: FASTEST_SAMPLING / 2, grantedMs: FASTEST_SAMPLING };
  await vi.waitFor(() => expect(told).toContainEqual({ node: expect.any(String), ...slower }), patient);
  await heard.source.close();
});

test('a change of status is a reading of its own', async () => {
  const heard = listen({ temp: 'Temp' }, server.url, { sampling: 20 });
  await vi.waitFor(() => expect(last(heard.samples)?.quality).toBe('good'), patient);
  const at = Date.now();
  server.set({ node: 'Temp', value: 6, at, status: 'UncertainLastUsableValue' });
  await vi.waitFor(() => {
    expect(heard.samples).toContainEqual({
      key: 'temp',
      at,
      value: 6,
      quality: 'uncertain',
      reason: 'stale',
    });
  }, patient);
  await heard.source.close();
});

test('while the certificate is not the pinned one there is one bad sample each period, and the reason is told', async () => {
  const link = { security: 'sign-and-encrypt', serverFingerprint: 'cd'.repeat(32) } as const;
  const heard = listen({ door: 'Door' }, server.url, link);
  await vi.waitFor(() => expect(heard.samples.length).toBeGreaterThan(2), patient);
  await heard.source.close();
  expect(heard.samples.slice(1).every(({ reason }) => reason === 'comm-refused')).toBe(true);
  expect(heard.states).toHaveLength(1);
  expect(heard.states[0]?.why).toContain(fingerprintOf(server.certificate));
});

test('a server that is killed is bad at once, and gives data again when it is back', async () => {
  const first = await startChild(0);
  const heard = listen({ door: 'Door' }, `opc.tcp://127.0.0.1:${first.port}`);
  await vi.waitFor(() => expect(last(heard.samples)?.quality).toBe('good'), patient);
  first.child.kill('SIGKILL');
  await vi.waitFor(() => expect(last(heard.samples)?.quality).toBe('bad'), patient);
  expect(last(heard.states)?.up).toBe(false);
  const second = await startChild(first.port);
  await vi.waitFor(() => expect(last(heard.samples)?.quality).toBe('good'), patient);
  // The first values come before the server has granted all of the subscription.
  await vi.waitFor(() => expect(last(heard.states)).toEqual({ up: true, why: '' }), patient);
  await heard.source.close();
  second.child.kill('SIGKILL');
  expect(uniqueTimes(heard.samples)).toBe(true);
});

test('a server that is frozen, its connection open, is bad within a few periods and recovers', async () => {
  const { child, port } = await startChild(0);
  const heard = listen({ door: 'Door' }, `opc.tcp://127.0.0.1:${port}`, { timeout: 1000 });
  await vi.waitFor(() => expect(last(heard.samples)?.quality).toBe('good'), patient);
  child.kill('SIGSTOP');
  await vi.waitFor(() => expect(last(heard.samples)).toMatchObject({ reason: 'comm-timeout' }), patient);
  const frozen = heard.samples.length;
  // Bad samples go on while nothing answers, through the rebuilding.
  await vi.waitFor(() => expect(heard.samples.length).toBeGreaterThan(frozen + 12), patient);
  expect(heard.samples.slice(frozen).every(({ quality }) => quality === 'bad')).toBe(true);
  child.kill('SIGCONT');
  await vi.waitFor(() => expect(last(heard.samples)?.quality).toBe('good'), patient);
  await heard.source.close();
  child.kill('SIGKILL');
  expect(uniqueTimes(heard.samples)).toBe(true);
});
