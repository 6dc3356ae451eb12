import { describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { type Clock, HOUR, MINUTE, SECOND } from '#model/time';
import { modelFor } from '../../firmware-sim/physics/models.ts';
import { loadScenario, type Scenario } from '../../firmware-sim/scenario.ts';
import { drivers, scenarioOf, startSimulation } from '../kit/sim-hospital.ts';
import { addressOf, Wire } from '../kit/sim-wire.ts';

/** A clock that a test moves: what is due runs in order. */
function handClock() {
  let now = 0;
  let tasks: { readonly at: number; readonly task: () => void }[] = [];
  const after: Clock['after'] = (delay, task) => {
    const entry = { at: now + Math.max(0, delay), task };
    tasks.push(entry);
    const cancel = () => {
      tasks = tasks.filter((other) => other !== entry);
    };
    return { cancel };
  };
  const clock: Clock = {
    wall: () => 1_795_000_000_000 + now,
    monotonic: () => now,
    after,
    sleep: (delay) => new Promise((resolve) => void after(delay, resolve)),
  };
  const advance = (length: number) => {
    const end = now + length;
    for (;;) {
      const next = tasks.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      tasks = tasks.filter((other) => other !== next);
      now = next.at;
      next.task();
    }
    now = end;
  };
  return { clock, advance };
}

/** The hospital without its OPC UA devices, which cost a second to start and add nothing to its course. */
async function modbusHospital(): Promise<Scenario> {
  const scenario = await loadScenario('hospital');
  const devices = scenario.devices.filter(({ driver }) => !/opcua|mqtt/.test(driver));
  return { ...scenario, devices, listen: { mqtt: '127.0.0.1:0' } };
}

async function course(seed: number, length: number, every: number) {
  const { clock, advance } = handClock();
  const scenario = await modbusHospital();
  const all = await drivers();
  const { simulation, end } = await startSimulation(scenario, { clock, seed });
  const series: (number | null)[][] = [];
  for (let at = 0; at < length; at += every) {
    advance(every);
    series.push(
      scenario.devices.flatMap(({ id, driver }) => {
        const points = all.get(driver)?.points;
        return points === undefined || points === 'site'
          ? []
          : points.map(({ key }) => simulation.value(id, key));
      }),
    );
  }
  await end();
  return series;
}

describe('the scenario hospital', () => {
  test('gives the same series of every point for the same seed, another for another', async () => {
    const first = await course(42, 20 * MINUTE, 30 * SECOND);
    expect(first[0]?.length).toBeGreaterThan(40);
    expect(await course(42, 20 * MINUTE, 30 * SECOND)).toEqual(first);
    expect(await course(43, 20 * MINUTE, 30 * SECOND)).not.toEqual(first);
  });

  test.each([1, 2, 3, 7, 42])(
    'with seed %d tells its story: vaccine fridge 1 is above 8 °C for more than its delay within three minutes, and back by the fifth',
    async (seed) => {
      const { clock, advance } = handClock();
      const { simulation, end } = await startSimulation(await modbusHospital(), { clock, seed });
      const upper: number[] = [];
      for (let second = 0; second < 300; second++) {
        advance(SECOND);
        upper.push(simulation.value('vaccine-fridge-1', 'upper-temp') ?? Number.NaN);
      }
      await end();
      expect(Math.max(...upper.slice(0, 40))).toBeLessThan(8);
      expect(upper.slice(0, 180).filter((value) => value > 8).length).toBeGreaterThan(20);
      expect(Math.max(...upper.slice(-15))).toBeLessThan(7.8);
    },
  );

  test('watches every kind of area, in about 60 points', async () => {
    const scenario = await loadScenario('hospital');
    const all = await drivers();
    const points = scenario.devices.flatMap(({ driver }) => {
      const own = all.get(driver)?.points;
      return own === undefined || own === 'site' ? [] : own;
    });
    expect(points.length).toBe(64);
    expect(new Set(scenario.areas.map(({ kind }) => kind)).size).toBe(6);
    const lines = scenario.devices.flatMap(({ line }) => line ?? []);
    expect(lines.length - new Set(lines).size).toBeGreaterThan(3);
  });
});

test('every device of the hospital has physics, not just noise', async () => {
  const known = await drivers();
  for (const { driver } of (await loadScenario('hospital')).devices) {
    const points = known.get(driver)?.points ?? 'site';
    if (points !== 'site') expect(modelFor(driver, points), driver).not.toBe('steady');
  }
});

test('a power cut warms the whole site and shows at every point that watches the mains', async () => {
  const { clock, advance } = handClock();
  const { simulation, end } = await startSimulation(await modbusHospital(), { clock });
  advance(10 * MINUTE);
  const freezer = simulation.value('vaccine-freezer-1', 'temp') ?? 0;
  await simulation.fault(null, 'power-cut');
  advance(HOUR);
  expect(simulation.value('vaccine-fridge-2', 'power')).toBe(0);
  expect(simulation.value('vaccine-freezer-1', 'temp')).toBeGreaterThan(freezer + 0.5);
  expect(simulation.value('waste-cold-1', 'pressure')).toBeGreaterThan(-1);
  await simulation.clear(null, 'power-cut');
  advance(MINUTE);
  expect(simulation.value('vaccine-fridge-2', 'power')).toBe(1);
  await end();
});

test('the speed factor makes time pass faster, and only the physics', async () => {
  const day = async (speed: number) => {
    const { clock, advance } = handClock();
    const scenario = { ...scenarioOf('devices: [{ id: tank, area: a, driver: decay-tank }]'), starts: 8 };
    const { simulation, end } = await startSimulation(scenario, { clock, speed });
    advance(HOUR / speed);
    const level = simulation.value('tank', 'level');
    await end();
    return level;
  };
  expect(await day(60)).toBe(await day(1));
});

test('a fleet of a thousand registers carries the pattern, whole and of one moment in every answer', async () => {
  const text = 'devices: []\nstep: 20ms\nfleet: { id: u, area: a, devices: 10, points: 100, every: 100ms }';
  const { simulation, end } = await startSimulation(scenarioOf(text));
  const { port, unit } = addressOf(simulation, 'u-10');
  const wire = await Wire.open(port);
  const ticks: number[] = [];
  for (let round = 0; round < 5; round++) {
    wire.forget();
    wire.send('000100000006010300000064');
    await vi.waitFor(() => expect(wire.hex).toHaveLength(2 * (9 + 200)), { timeout: 10_000, interval: 5 });
    const answer = Buffer.from(wire.hex, 'hex').subarray(9);
    const first = answer.readUInt16BE(0);
    for (let point = 0; point < 100; point++) {
      expect(answer.readUInt16BE(point * 2)).toBe((first + point * 7) % 10_000);
    }
    ticks.push(first - 9 * 101);
    await vi.waitFor(() => expect(simulation.value('u-10', 'r0')).not.toBe(first), {
      timeout: 10_000,
      interval: 5,
    });
  }
  expect(unit).toBe(1);
  expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
  wire.close();
  await end();
});

test('the site file names a real port for every device, the receiver for its webhook, and no key of the simulator', async () => {
  const scenario = await modbusHospital();
  const said: string[] = [];
  const { simulation, end } = await startSimulation(scenario, { say: (line) => said.push(line) });
  const site = parse(simulation.siteFile()) as {
    devices: Record<string, unknown>[];
    channels: { webhook: { url: string; secret: string } };
  };
  for (const device of site.devices) {
    expect(device['connect']).toMatch(/^modbus-(tcp|rtu-over-tcp):\/\/127\.0\.0\.1:[1-9]\d+\?unit=\d+$/);
    expect(device).not.toHaveProperty('line');
    expect(device).not.toHaveProperty('unit');
    expect(device).not.toHaveProperty('physics');
  }
  const subject = { zh: '一号疫苗冰箱 温度过高', en: 'Vaccine fridge 1 too warm' };
  const message = { to: { id: 'li', name: '李工' }, subject };
  const body = JSON.stringify({ ...message, link: null });
  const { status } = await fetch(site.channels.webhook.url, { method: 'POST', body });
  expect(status).toBe(204);
  await fetch(site.channels.webhook.url, { method: 'POST', body: 'plain  text' });
  const link = 'http://127.0.0.1:8080/l/abc';
  await fetch(site.channels.webhook.url, { method: 'POST', body: JSON.stringify({ ...message, link }) });
  expect(said).toEqual([
    'MESSAGE 李工: 一号疫苗冰箱 温度过高',
    'MESSAGE plain text',
    `MESSAGE 李工: 一号疫苗冰箱 温度过高   take it: ${link}`,
  ]);
  await end();
});

test('the site file has the people of the scenario, and a page for their links where its port is known', async () => {
  const scenario = await modbusHospital();
  const written = async (http: string) => {
    const listen = { mqtt: '127.0.0.1:0', http };
    const { simulation, end } = await startSimulation({ ...scenario, listen });
    const site = parse(simulation.siteFile()) as Record<string, unknown>;
    await end();
    return site;
  };
  const site = await written('127.0.0.1:8080');
  expect(site).toMatchObject({
    rotas: [{ id: 'nurses' }],
    routes: [{ to: ['nurses'], escalate: [{ after: '30s', to: ['chen'] }] }],
    'page-url': 'http://127.0.0.1:8080',
  });
  expect(await written('127.0.0.1:0')).not.toHaveProperty('page-url');
});

test('two devices with one unit of a line, or an unknown driver, are refused before anything listens', async () => {
  const twice =
    'devices: [{ id: x, area: a, driver: waste-scale, line: l }, { id: y, area: a, driver: waste-scale, line: l }]';
  await expect(startSimulation(scenarioOf(twice))).rejects.toThrow(/device y has the unit 1 of its line/);
  await expect(startSimulation(scenarioOf('devices: [{ id: x, area: a, driver: toaster }]'))).rejects.toThrow(
    /wants the driver "toaster"/,
  );
});
