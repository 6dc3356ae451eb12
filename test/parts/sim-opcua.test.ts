import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import {
  type ClientSession,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  UserTokenType,
} from 'node-opcua-client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { silentLog } from '#model/log';
import { realClock } from '#model/time';
import { Simulation } from '../../firmware-sim/simulation.ts';
import { drivers, scenarioOf, startSimulation } from '../kit/sim-hospital.ts';
import { Wire } from '../kit/sim-wire.ts';

const scenario = scenarioOf(`
devices:
  - { id: fridge, area: a, driver: opcua-fridge }
  - { id: freezer, area: a, driver: opcua-freezer }
  - { id: second, area: a, driver: opcua-fridge }
`);

interface Device {
  readonly id: string;
  readonly connect: string;
  readonly security: { readonly user: string; readonly password: string; readonly server: string };
}

let simulation: Simulation;
let dir: string;
let end: () => Promise<void>;
let pki: OPCUACertificateManager;
let pkiDir: string;

beforeAll(async () => {
  ({ simulation, dir, end } = await startSimulation(scenario));
  pkiDir = await mkdtemp(join(tmpdir(), 'hygate-sim-client-'));
  pki = new OPCUACertificateManager({ rootFolder: pkiDir, automaticallyAcceptUnknownCertificate: true });
  await pki.initialize();
});

afterAll(async () => {
  await end();
  await pki.dispose();
  await rm(pkiDir, { recursive: true, force: true });
});

function device(id: string, from = simulation): Device {
  const { devices } = parse(from.siteFile()) as { devices: Device[] };
  const found = devices.find((each) => each.id === id);
  if (found === undefined) throw new Error(`the site file has no ${id}`);
  return found;
}

interface Visit {
  readonly password?: string;
  readonly mode?: MessageSecurityMode;
}

async function visit<T>(id: string, { password, mode }: Visit, use: (session: ClientSession) => Promise<T>) {
  const { connect, security } = device(id);
  const securityMode = mode ?? MessageSecurityMode.SignAndEncrypt;
  const client = OPCUAClient.create({
    endpointMustExist: true,
    securityMode,
    securityPolicy:
      securityMode === MessageSecurityMode.None ? SecurityPolicy.None : SecurityPolicy.Basic256Sha256,
    clientCertificateManager: pki,
    connectionStrategy: { maxRetry: 0 },
  });
  try {
    await client.connect(connect);
    const session = await client.createSession({
      type: UserTokenType.UserName,
      userName: security.user,
      password: password ?? security.password,
    });
    const [certificate = Buffer.alloc(0)] = [client.serverCertificate].flat();
    expect(createHash('sha256').update(certificate).digest('hex')).toBe(security.server);
    const result = await use(session);
    await session.close();
    return result;
  } finally {
    await client.disconnect();
  }
}

const read = (id: string, uri: string, names: readonly string[]) =>
  visit(id, {}, async (session) => {
    const spaces = await session.readNamespaceArray();
    return session.read(
      names.map((name) => ({ nodeId: `ns=${spaces.indexOf(uri)};s=${name}`, attributeId: 13 })),
    );
  });

const FRIDGE = 'urn:hygate:opcua-fridge';

test('a client with the user and an encrypted channel reads the nodes of the driver, with their source time', async () => {
  const [upper, door, power] = await read('fridge', FRIDGE, ['UpperTemp', 'Door', 'Power']);
  expect(upper?.statusCode.name).toBe('Good');
  expect(upper?.value.value).toBeGreaterThan(2);
  expect(upper?.value.value).toBeLessThan(8);
  expect(door?.value.value).toBe(false);
  expect(power?.value.value).toBe(true);
  expect(Math.abs((upper?.sourceTimestamp?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
});

test('devices share a server as long as their nodes differ', async () => {
  expect(device('freezer').connect).toBe(device('fridge').connect);
  expect(device('second').connect).not.toBe(device('fridge').connect);
  const [temp] = await read('freezer', 'urn:hygate:opcua-freezer', ['Temp']);
  expect(temp?.value.value).toBeLessThan(-15);
});

test('a wrong password and a channel without encryption are refused', async () => {
  const nothing = async () => undefined;
  await expect(visit('fridge', { password: 'wrong' }, nothing)).rejects.toThrow(
    /BadUserAccessDenied|BadIdentity/,
  );
  await expect(visit('fridge', { mode: MessageSecurityMode.None }, nothing)).rejects.toThrow();
});

test('a broken sensor is NaN, a bad status says so, and its neighbour is well', async () => {
  await simulation.fault('fridge', 'sensor-nan', { point: 'upper-temp' });
  await simulation.fault('fridge', 'bad-status', { point: 'lower-temp' });
  await vi.waitFor(
    async () => {
      const [upper, lower, power] = await read('fridge', FRIDGE, ['UpperTemp', 'LowerTemp', 'Power']);
      expect(upper?.value.value).toBeNaN();
      expect(lower?.statusCode.name).toBe('BadSensorFailure');
      expect(power?.statusCode.name).toBe('Good');
    },
    { timeout: 20_000, interval: 50 },
  );
  await simulation.clear('fridge', 'sensor-nan');
  await simulation.clear('fridge', 'bad-status');
});

test('a frozen value keeps its source time while others go on', async () => {
  await simulation.fault('second', 'frozen-value');
  const times = async (id: string) =>
    (await read(id, FRIDGE, ['UpperTemp'])).map((value) => value.sourceTimestamp?.getTime() ?? 0);
  const [frozen, alive] = [await times('second'), await times('fridge')];
  await vi.waitFor(async () => expect((await times('fridge'))[0]).toBeGreaterThan(alive[0] ?? 0), {
    timeout: 20_000,
    interval: 50,
  });
  expect(await times('second')).toEqual(frozen);
  await simulation.clear('second', 'frozen-value');
});

test('a server goes and comes back at its port, and keeps its fingerprint over a new start of everything', async () => {
  const before = device('second');
  await simulation.fault('second', 'server-down');
  await expect(visit('second', {}, async () => undefined)).rejects.toThrow();
  await simulation.clear('second', 'server-down');
  expect(device('second')).toEqual(before);
  expect(await read('second', FRIDGE, ['UpperTemp'])).toHaveLength(1);
  const again = await startSimulation(scenario, { dir });
  expect(device('second', again.simulation).security).toEqual(before.security);
  await again.simulation.stop();
});

test('the start does not wait for the servers, yet the site file names their ports and fingerprints, and a stop ends them', async () => {
  const options = {
    scenario,
    drivers: await drivers(),
    seed: 1,
    dir: pkiDir,
    clock: realClock,
    log: silentLog,
  };
  const early = new Simulation(options);
  await early.start();
  const first = await Promise.race([early.opcuaServing.then(() => 'serving'), 'not yet']);
  const { connect, security } = device('fridge', early);
  const port = Number(new URL(connect.replace('opc.tcp', 'http')).port);
  await early.stop();
  await early.opcuaServing;
  expect(first).toBe('not yet');
  expect(port).toBeGreaterThan(0);
  expect(security.server).toMatch(/^[0-9a-f]{64}$/);
  await expect(Wire.open(port)).rejects.toThrow('ECONNREFUSED');
});
