import modbus from 'modbus-serial';
import { afterEach, describe, expect, test } from 'vitest';
import type { OpenIndicator, Scene } from '#model/channel';
import { MINUTE, realClock } from '#model/time';
import beacon, { type Options } from '../../alerts/channels/modbus-beacon/channel.ts';
import { HandClock } from '../kit/hand-clock.ts';
import { startPty, startPymodbus } from '../kit/modbus-peer.ts';
import { without } from '../kit/peers.ts';
import { type RelayModule, startMute, startRelayModule } from '../kit/relay-module.ts';
import { until } from '../kit/until.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const QUIET: Scene = { unacknowledged: null, active: null };
const WARNING: Scene = { unacknowledged: 'warning', active: 'warning' };
const CRITICAL: Scene = { unacknowledged: 'critical', active: 'critical' };
const WIRED: Omit<Options, 'connect'> = {
  ...{ red: 10, amber: 11, horn: 12, healthy: 13 },
  ...{ beat: 'hold', hornFrom: 'critical', closedCircuit: [] },
};

async function relayModule(): Promise<RelayModule> {
  const started = await startRelayModule();
  cleanups.push(() => started.powerOff());
  return started;
}

function opened(connect: string, over: Partial<Options> = {}, clock = realClock): OpenIndicator {
  const indicator = beacon.open({ ...WIRED, connect, ...over }, { clock, dir: '/nonexistent' });
  cleanups.push(() => indicator.close());
  return indicator;
}

const tcp = ({ port }: { readonly port: number }) => `modbus-tcp://127.0.0.1:${port}?unit=1`;

const show = (indicator: OpenIndicator, scene: Scene) => indicator.show(scene, new AbortController().signal);

const failure = (indicator: OpenIndicator, scene = QUIET): Promise<unknown> =>
  show(indicator, scene).then(
    () => {
      throw new Error('it was shown');
    },
    (error: unknown) => error,
  );

/** Coils that are on. */
const lit = ({ coils }: RelayModule) => [...coils].flatMap(([address, on]) => (on ? [address] : [])).sort();

test('a scene is on the coils when it was shown, and only configured coils are ever written', async () => {
  const relays = await relayModule();
  const indicator = opened(tcp(relays));
  await show(indicator, CRITICAL);
  expect(lit(relays)).toEqual([10, 12, 13]);
  await show(indicator, { unacknowledged: null, active: 'critical' });
  expect(lit(relays)).toEqual([10, 13]);
  await show(indicator, WARNING);
  expect(lit(relays)).toEqual([11, 13]);
  await indicator.test(0, new AbortController().signal);
  await indicator.close();
  const addresses = new Set(relays.writes.map((write) => write.split('=')[0]));
  expect([...addresses].sort()).toEqual(['10', '11', '12', '13']);
});

test('each show writes every output anew: a module that had lost power shows the scene again', async () => {
  const relays = await relayModule();
  const indicator = opened(tcp(relays));
  await show(indicator, CRITICAL);
  await relays.powerOff();
  expect(await failure(indicator, CRITICAL)).toMatchObject({ name: 'DeliveryError', retry: true });
  await relays.powerOn();
  await show(indicator, CRITICAL);
  expect(lit(relays)).toEqual([10, 12, 13]);
});

test('a relay that does not follow is found by reading back, and named', async () => {
  const relays = await relayModule();
  relays.stuck.add(12);
  const found = await failure(opened(tcp(relays)), CRITICAL);
  expect(found).toMatchObject({ failure: 'undelivered', retry: true });
  expect(String(found)).toContain('coil 12 (horn) was written on and reads off');
  // The others were written all the same.
  expect(lit(relays)).toEqual([10, 13]);
});

test('the sign of life is held, or changes with each refresh', async () => {
  const relays = await relayModule();
  const indicator = opened(tcp(relays), { beat: 'toggle' });
  for (let refresh = 0; refresh < 4; refresh++) await show(indicator, QUIET);
  expect(relays.writes.filter((write) => write.startsWith('13='))).toEqual([
    '13=on',
    '13=off',
    '13=on',
    '13=off',
  ]);
});

test('when it is closed nobody watches: the sign of life goes off, lamps and horn stay', async () => {
  const relays = await relayModule();
  const indicator = opened(tcp(relays));
  await show(indicator, CRITICAL);
  await indicator.close();
  expect(lit(relays)).toEqual([10, 12]);
});

test('muted, the horn is silent until a worse alarm comes', async () => {
  const relays = await relayModule();
  const indicator = opened(tcp(relays), { hornFrom: 'warning' });
  await show(indicator, WARNING);
  expect(lit(relays)).toContain(12);
  indicator.mute(Date.now() + MINUTE);
  await show(indicator, WARNING);
  expect(lit(relays)).toEqual([11, 13]);
  await show(indicator, CRITICAL);
  expect(lit(relays)).toEqual([10, 12, 13]);
  // It does not fall back to the mute of the lesser one.
  await show(indicator, WARNING);
  expect(lit(relays)).toContain(12);
});

test('a mute ends by time, and setting the wall clock back does not prolong it', async () => {
  const relays = await relayModule();
  const clock = new HandClock(Date.now());
  const indicator = opened(tcp(relays), {}, clock);
  await show(indicator, CRITICAL);
  indicator.mute(clock.wall() + MINUTE);
  await show(indicator, CRITICAL);
  expect(lit(relays)).not.toContain(12);
  clock.step(-60 * MINUTE);
  await clock.advance(MINUTE);
  await show(indicator, CRITICAL);
  expect(lit(relays)).toContain(12);
});

test('a test puts everything on for its time, a refresh meanwhile does not end it, then comes the scene', async () => {
  const relays = await relayModule();
  const clock = new HandClock(Date.now());
  const indicator = opened(tcp(relays), {}, clock);
  await show(indicator, WARNING);
  const testing = indicator.test(MINUTE, new AbortController().signal);
  await until('everything is on', () => lit(relays).length === 4);
  await show(indicator, WARNING);
  expect(lit(relays)).toEqual([10, 11, 12, 13]);
  await clock.advance(MINUTE);
  await testing;
  expect(lit(relays)).toEqual([11, 13]);
});

test('a horn in a closed circuit is kept quiet by its coil, and sounds when the module loses power', async () => {
  const relays = await relayModule();
  const indicator = opened(tcp(relays), { closedCircuit: ['horn'] });
  await show(indicator, QUIET);
  expect(lit(relays)).toEqual([12, 13]);
  await relays.powerOff();
  expect(lit(relays)).toEqual([]);
});

test('a module that says nothing costs a time-out, and the next try is a new connection', async () => {
  const mute = await startMute();
  cleanups.push(() => mute.stop());
  expect(await failure(opened(tcp(mute)))).toMatchObject({ failure: 'timeout', retry: true });
});

test('nobody there is unreachable', async () => {
  expect(await failure(opened('modbus-tcp://127.0.0.1:1?unit=1'))).toMatchObject({ failure: 'unreachable' });
});

test('a stop breaks off what waits for an answer', async () => {
  const mute = await startMute();
  cleanups.push(() => mute.stop());
  const stop = new AbortController();
  const showing = opened(tcp(mute)).show(QUIET, stop.signal);
  stop.abort(new Error('the gateway stops'));
  await expect(showing).rejects.toThrow('the gateway stops');
});

describe.skipIf(without('pymodbus', 'socat'))('against pymodbus', () => {
  const values = [10, 11, 12, 13].map((address) => ({
    ...{ unit: 5, table: 'coil', address, type: 'bool', order: 'ABCD', value: 0 },
  })) as Parameters<typeof startPymodbus>[1];

  async function serialModule() {
    const server = await startPymodbus('rtu', values);
    cleanups.push(() => server.stop());
    return server;
  }

  /** What another master reads from the module. */
  async function coilsAt(port: number): Promise<readonly boolean[]> {
    const client = new modbus.default();
    await client.connectTelnet('127.0.0.1', { port });
    client.setID(5);
    client.setTimeout(2000);
    const { data } = await client.readCoils(10, 4);
    client.destroy(() => undefined);
    return data.slice(0, 4);
  }

  test('raw RTU through a serial server', async () => {
    const { port } = await serialModule();
    await show(opened(`modbus-rtu-over-tcp://127.0.0.1:${port}?unit=5`), CRITICAL);
    expect(await coilsAt(port)).toEqual([true, false, true, true]);
  });

  test('RTU on a serial line, unplugged and plugged in again', async () => {
    const { port } = await serialModule();
    const pty = await startPty(port);
    cleanups.push(() => pty.stop());
    const indicator = opened(`modbus-rtu://${pty.path}?unit=5&baud=115200&parity=none`);
    await show(indicator, CRITICAL);
    expect(await coilsAt(port)).toEqual([true, false, true, true]);
    await pty.unplug();
    expect(await failure(indicator)).toMatchObject({ name: 'DeliveryError', retry: true });
    await pty.plug();
    await show(indicator, WARNING);
    expect(await coilsAt(port)).toEqual([false, true, false, true]);
  });

  test('a unit that is not there does not answer; a coil that is not there is a misconfiguration', async () => {
    const { port } = await serialModule();
    const line = `modbus-rtu-over-tcp://127.0.0.1:${port}`;
    expect(await failure(opened(`${line}?unit=9`))).toMatchObject({ failure: 'timeout' });
    const strange = opened(`${line}?unit=5`, { red: 99 });
    expect(await failure(strange)).toMatchObject({ failure: 'misconfigured', retry: false });
  });
});
