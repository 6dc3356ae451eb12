import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect as dial, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { OpcuaLink } from '#model/site';
import { realClock, SECOND } from '#model/time';
import { connect } from '../../collectors/protocols/opcua/connection.ts';
import { fingerprintOf } from '../../collectors/protocols/opcua/pin.ts';
import { OpcuaPollSource } from '../../collectors/protocols/opcua/poll-source.ts';
import { probeOpcua } from '../../collectors/protocols/opcua/probe.ts';
import type { PollResult } from '../../collectors/source.ts';
import { opcuaDevice } from '../kit/opcua-device.ts';
import { makeUserCertificate } from '../kit/opcua-pki.ts';
import { type OpcuaTestServer, startOpcuaServer, USER } from '../kit/opcua-server.ts';

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

const deps = () => ({ clock: realClock, log: silentLog, meter: silentMeter, pkiDir: join(dir, 'pki') });
const live = new AbortController().signal;

/** One poll of a device of its own, closed again. */
async function pollOnce(nodes: Record<string, string>, link: Partial<OpcuaLink> = {}, url = server.url) {
  const device = opcuaDevice({ url, nodes, link });
  if (device.link.protocol !== 'opcua') throw new Error('not an OPC UA device');
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (fields: object) => warnings.push(JSON.stringify(fields)) };
  const source = new OpcuaPollSource(device, device.link, { ...deps(), log });
  try {
    return { result: await source.poll(Date.now(), live), why: warnings.join() };
  } finally {
    await source.close();
  }
}

const values = ({ samples }: PollResult) =>
  Object.fromEntries(samples.map(({ key, value, reason }) => [key, value ?? reason]));

/** Any free port of loopback, as the address of an OPC UA server. */
async function listen(tcp: Server): Promise<string> {
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const address = tcp.address();
  return `opc.tcp://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

const pin = () => fingerprintOf(server.certificate);

test('every numeric type arrives as the number the server holds, and what is no number is bad', async () => {
  const { result } = await pollOnce({
    temp: 'Temp',
    single: 'Single',
    door: 'Door',
    count: 'Count',
    small: 'Small',
    wide: 'Wide',
    wider: 'Wider',
    text: 'Text',
    nan: 'NotANumber',
  });
  expect(values(result)).toEqual({
    temp: 4.5,
    single: -1.25,
    door: 1,
    count: 4_000_000_000,
    small: -7,
    wide: -2,
    wider: 2 ** 32 + 2,
    text: 'decode',
    nan: 'decode',
  });
  expect(result).toMatchObject({ requests: 1, answered: true });
});

test('an unknown node, an unknown namespace and a malformed id are bad alone', async () => {
  const nodes = { temp: 'Temp', gone: 'ns=1;s=Nothing', foreign: 'nsu=urn:nowhere;s=Temp', wrong: 'x=1' };
  const { result } = await pollOnce(nodes);
  expect(values(result)).toEqual({
    temp: 4.5,
    gone: 'device-exception',
    foreign: 'device-exception',
    wrong: 'device-exception',
  });
});

test.each([
  ['UncertainLastUsableValue', { quality: 'uncertain', reason: 'stale', value: 3 }],
  ['UncertainSensorNotAccurate', { quality: 'uncertain', reason: 'sensor-fault', value: 3 }],
  ['BadSensorFailure', { quality: 'bad', reason: 'sensor-fault', value: null }],
  ['BadOutOfService', { quality: 'bad', reason: 'maintenance', value: null }],
  ['BadNoCommunication', { quality: 'bad', reason: 'comm-timeout', value: null }],
])('status %s is kept', async (status, expected) => {
  server.set({ node: 'Single', value: 3, status });
  const { result } = await pollOnce({ single: 'Single' });
  expect(result.samples[0]).toMatchObject(expected);
});

test('a pause between two polls that is longer than an answer may take does not end the connection', async () => {
  const timeout = SECOND;
  const { link, every } = opcuaDevice({
    url: server.url,
    nodes: { temp: 'Temp' },
    every: 10 * SECOND,
    link: { timeout },
  });
  if (link.protocol !== 'opcua') throw new Error('not an OPC UA device');
  const connection = await connect({ ...deps(), link, every, signal: live });
  const pause = realClock.sleep(2 * timeout).then(() => 'open');
  expect(await Promise.race([connection.lost, pause])).toBe('open');
  await connection.close();
});

test('a new source time is kept; asked again, the value is confirmed at the time of the answer', async () => {
  const at = Date.now() - 60_000;
  server.set({ node: 'Temp', value: 5.5, at });
  const device = opcuaDevice({ url: server.url, nodes: { temp: 'Temp' } });
  if (device.link.protocol !== 'opcua') throw new Error('not an OPC UA device');
  const source = new OpcuaPollSource(device, device.link, deps());
  const [first] = (await source.poll(Date.now(), live)).samples;
  const before = Date.now();
  const [second] = (await source.poll(before, live)).samples;
  await source.close();
  expect(first).toMatchObject({ at, value: 5.5, quality: 'good' });
  expect(second).toMatchObject({ value: 5.5, quality: 'good' });
  expect(second?.at).toBeGreaterThanOrEqual(before - 1000);
});

test.each([
  ['sign-and-encrypt', { kind: 'user', ...USER }],
  ['sign-and-encrypt', { kind: 'anonymous' }],
  ['sign', { kind: 'user', ...USER }],
  ['none', { kind: 'anonymous' }],
] as const)('a server is read with security %s as %o', async (security, identity) => {
  const link = { security, identity, serverFingerprint: security === 'none' ? null : pin() };
  const { result } = await pollOnce({ door: 'Door' }, link);
  expect(values(result)).toEqual({ door: 1 });
});

test('a server is read with an X.509 user certificate', async () => {
  const { certificateFile, privateKeyFile } = await makeUserCertificate(join(dir, 'user'));
  const identity = { kind: 'certificate', certificateFile, privateKeyFile } as const;
  const { result } = await pollOnce(
    { door: 'Door' },
    { security: 'sign-and-encrypt', identity, serverFingerprint: pin() },
  );
  expect(values(result)).toEqual({ door: 1 });
});

test('the secure channel really is secure: mode, policy and server certificate are those asked for', async () => {
  const { link } = opcuaDevice({
    url: server.url,
    nodes: {},
    link: { security: 'sign-and-encrypt', serverFingerprint: pin() },
  });
  if (link.protocol !== 'opcua') throw new Error('not an OPC UA device');
  const connection = await connect({ ...deps(), link, every: 1000, signal: live });
  const { endpoint } = connection.session;
  expect(endpoint.securityPolicyUri).toContain('#Basic256Sha256');
  expect(endpoint.securityMode).toBe(3);
  await connection.close();
});

test('a wrong password is said as such', async () => {
  const identity = { kind: 'user', user: USER.user, password: 'wrong' } as const;
  const link = { security: 'sign-and-encrypt', identity, serverFingerprint: pin() } as const;
  const { result, why } = await pollOnce({ door: 'Door' }, link);
  expect(values(result)).toEqual({ door: 'comm-refused' });
  expect(result.answered).toBe(false);
  expect(why).toContain('check user and password');
});

test.each([
  ['no certificate', null, 'none is trusted yet'],
  ['another certificate', 'ab'.repeat(32), `the site file trusts ${'ab'.repeat(32)}`],
])('with %s pinned nothing is read, and the right pin is told', async (_what, serverFingerprint, told) => {
  const { result, why } = await pollOnce(
    { door: 'Door' },
    { security: 'sign-and-encrypt', serverFingerprint },
  );
  expect(values(result)).toEqual({ door: 'comm-refused' });
  expect(why).toContain(`the server showed certificate ${pin()}`);
  expect(why).toContain(`put \`server: ${pin()}\` into the device's security`);
  expect(why).toContain(told);
  expect(why).toMatch(/valid until \d{4}-\d\d-\d\d/);
});

describe('with another server in the place of the pinned one', () => {
  let impostor: OpcuaTestServer;
  let proxy: Server | undefined;

  beforeAll(async () => {
    impostor = await startOpcuaServer({ dir: join(dir, 'impostor'), port: 0 });
  });
  afterAll(async () => {
    proxy?.close();
    await impostor.stop();
  });

  test('nothing is read from a server that shows its own certificate', async () => {
    const link = { security: 'sign-and-encrypt', serverFingerprint: pin() } as const;
    const { result, why } = await pollOnce({ door: 'Door' }, link, impostor.url);
    expect(values(result)).toEqual({ door: 'comm-refused' });
    expect(why).toContain(fingerprintOf(impostor.certificate));
  });

  test.each(['sign', 'sign-and-encrypt'] as const)(
    'nothing is read when discovery shows the pinned certificate and the channel leads elsewhere (%s)',
    async (security) => {
      let connections = 0;
      // The first connection asks for the endpoints, the second opens the secure channel.
      proxy = createServer((socket) => {
        connections += 1;
        const target = dial(connections === 1 ? server.port : impostor.port, '127.0.0.1');
        socket.pipe(target).pipe(socket);
        socket.on('error', () => target.destroy());
        target.on('error', () => socket.destroy());
      });
      const url = await listen(proxy);
      const { result } = await pollOnce({ door: 'Door' }, { security, serverFingerprint: pin() }, url);
      expect(connections).toBeGreaterThan(1);
      expect(result.samples).toMatchObject([{ value: null, quality: 'bad' }]);
    },
  );
});

test('a port that nobody listens on is refused; one that never answers is a timeout', async () => {
  // It reads, so that it sees the client hang up, and says nothing.
  const mute = createServer((socket) => void socket.resume());
  const url = await listen(mute);
  const silent = await pollOnce({ t: 'Temp' }, { timeout: 200 }, url);
  await new Promise((resolve) => mute.close(resolve));
  const closed = await pollOnce({ t: 'Temp' }, {}, url);
  expect(values(silent.result)).toEqual({ t: 'comm-timeout' });
  expect(values(closed.result)).toEqual({ t: 'comm-refused' });
});

test('a probe shows every node with its raw value and status', async () => {
  const device = opcuaDevice({ url: server.url, nodes: { door: 'Door', gone: 'ns=1;s=Nothing' } });
  const report = await probeOpcua(device, deps());
  expect(report.points).toMatchObject([
    { key: 'door', value: 1, quality: 'good', raw: expect.stringContaining('true (Good') },
    { key: 'gone', value: null, quality: 'bad', reason: 'device-exception' },
  ]);
  expect(report.requests[1]?.error).toContain('BadNodeIdUnknown');
  expect(report.took).toBeGreaterThan(0);
});

test('a probe of a server with a foreign certificate tells the fingerprint', async () => {
  const link = { security: 'sign', serverFingerprint: null } as const;
  const report = await probeOpcua(opcuaDevice({ url: server.url, nodes: { d: 'Door' }, link }), deps());
  expect(report.requests[0]?.error).toContain(pin());
  expect(report.points).toMatchObject([{ quality: 'bad', reason: 'comm-refused' }]);
});
