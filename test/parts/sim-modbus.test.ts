import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Simulation } from '../../firmware-sim/simulation.ts';
import { without } from '../kit/peers.ts';
import { scenarioOf, startSimulation } from '../kit/sim-hospital.ts';
import { addressOf, mbpoll, values, Wire } from '../kit/sim-wire.ts';

const scenario = scenarioOf(`
devices:
  - { id: water, area: a, driver: drinking-water-station }
  - { id: fridge, area: a, driver: modbus-fridge, unit: 7 }
  - { id: monitor, area: a, driver: radiation-monitor, line: bus, unit: 11 }
  - { id: room, area: a, driver: cold-room-controller, line: bus, unit: 12 }
  - id: generic
    area: a
    driver: modbus
    points:
      - { key: big, name: 大, quantity: number, table: holding, address: 0, type: int32, order: CDAB }
      - { key: on, name: 开, quantity: power, table: coil, address: 5, type: bool }
      - { key: temp, name: 温, quantity: temperature, table: input, address: 3, type: int16, scale: 0.1, range: [36, 37], faults: [{ raw: 30000, reason: sensor-fault }] }
`);

let simulation: Simulation;
let end: () => Promise<void>;

beforeAll(async () => {
  // Time stands nearly still: what the wire shows can be compared with what the device holds.
  ({ simulation, end } = await startSimulation(scenario, { speed: 1e-9 }));
});

afterAll(() => end());

const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 5 });

/** Unit 7's four registers: input 0, 3 of them. */
const ASK = '0001 0000 0006 07 04 0000 0003'.replaceAll(' ', '');

async function wireTo(id: string): Promise<Wire> {
  return Wire.open(addressOf(simulation, id).port);
}

/** What was sent before has been read: a whole exchange with another device of the same server lies between. */
async function taken(): Promise<void> {
  const wire = await wireTo('water');
  wire.send('000100000006010300000001');
  await until(() => expect(wire.hex).toHaveLength(22));
  wire.close();
}

describe.skipIf(without('mbpoll'))('read by an independent client (mbpoll)', () => {
  test('a float station shows what the physics hold', async () => {
    const { port, unit } = addressOf(simulation, 'water');
    // mbpoll reads floats with the low word first, as this station sends them.
    const read = values(await mbpoll(port, unit, ['-t', '4:float', '-r', '0', '-c', '5']));
    expect(read['0']).toBeCloseTo(simulation.value('water', 'free-chlorine') ?? 0, 4);
    expect(read['4']).toBeCloseTo(simulation.value('water', 'ph') ?? 0, 4);
    expect(read['8']).toBeCloseTo(simulation.value('water', 'temp') ?? 0, 3);
  });

  test('scaled integers, coils and points of the site file come out right', async () => {
    const { port, unit } = addressOf(simulation, 'generic');
    const temp = values(await mbpoll(port, unit, ['-t', '3', '-r', '3', '-c', '1']))['3'] ?? 0;
    expect(Math.abs(temp / 10 - (simulation.value('generic', 'temp') ?? 0))).toBeLessThanOrEqual(0.0501);
    expect(values(await mbpoll(port, unit, ['-t', '0', '-r', '5', '-c', '1']))['5']).toBe(1);
    const big = values(await mbpoll(port, unit, ['-t', '4:int', '-r', '0', '-c', '1']))['0'];
    expect(big).toBe(Math.round(simulation.value('generic', 'big') ?? 0));
  });

  test('an unknown unit, address or function is refused by its own exception', async () => {
    const { port } = addressOf(simulation, 'fridge');
    const refused = (unit: number, args: string[]) =>
      mbpoll(port, unit, args).catch((error) => String(error.stderr));
    expect(await refused(9, ['-t', '3', '-r', '0'])).toMatch(/Target device failed to respond/);
    expect(await refused(7, ['-t', '3', '-r', '900'])).toMatch(/Illegal data address/);
    expect(await refused(7, ['-t', '4', '-r', '0'])).toMatch(/Illegal data address/);
  });
});

describe('on a raw socket', () => {
  test('requests in one segment and requests in pieces are all answered, in order', async () => {
    const wire = await wireTo('fridge');
    wire.send(ASK + ASK.replace('0001', '0002') + ASK.replace('0001', '0003').slice(0, 10));
    await until(() => expect(wire.hex).toMatch(/^0001000000090704.{14}0002000000090704.{14}$/));
    wire.send(ASK.slice(10));
    await until(() => expect(wire.hex).toMatch(/0003000000090704.{14}$/));
    wire.close();
  });

  test('a bus answers for the unit that is asked, in RTU frames, and is silent for one that is not there', async () => {
    const wire = await wireTo('room');
    // 0d: nobody. Its answer would stand before the others.
    wire.send('0d04000000013106');
    wire.send('0c040000000130d7');
    await until(() => expect(wire.hex).toMatch(/^0c0402.{8}$/));
    const temp = Buffer.from(wire.hex, 'hex').readInt16BE(3) / 10;
    expect(Math.abs(temp - (simulation.value('room', 'temp') ?? 99))).toBeLessThanOrEqual(0.0501);
    wire.close();
  });

  test('who does not speak Modbus is shown out', async () => {
    const wire = await wireTo('fridge');
    wire.send(Buffer.from('GET / HTTP/1.1\r\n\r\n').toString('hex'));
    await until(() => expect(wire.closed).toBe(true));
  });
});

describe('a fault is seen on the wire, and is gone when cleared', () => {
  const RIGHT = /^0001000000090704.{14}$/;

  test.each([
    ['exception', { code: 4 }, /^000100000003078404$/],
    ['busy', {}, /^000100000003078406$/],
    ['wrong-unit', {}, /^0001000000090804/],
    ['wrong-transaction', {}, /^0002000000090704/],
    ['truncated', {}, /^.{16}$/],
    ['concatenated', {}, /^(0001000000090704.{14})\1$/],
    ['garbage', {}, /^(?!0001000000090704).{30}$/],
    ['slow', { delay: 30 }, RIGHT],
    ['late', { delay: 30 }, RIGHT],
  ] as const)('%s %j', async (name, options, seen) => {
    const wire = await wireTo('fridge');
    await simulation.fault('fridge', name, options);
    wire.send(ASK);
    await until(() => expect(wire.hex).toMatch(seen));
    await simulation.clear('fridge', name);
    wire.forget();
    wire.send(ASK);
    await until(() => expect(wire.hex).toMatch(RIGHT));
    wire.close();
  });

  test('silent: nothing comes, and nothing of it comes later', async () => {
    const wire = await wireTo('fridge');
    await simulation.fault('fridge', 'silent');
    wire.send(ASK);
    await taken();
    await simulation.clear('fridge', 'silent');
    wire.send(ASK.replace('0001', '0009'));
    await until(() => expect(wire.hex).toMatch(/^0009/));
    wire.close();
  });

  test('drop: the connection ends after the request', async () => {
    const wire = await wireTo('fridge');
    await simulation.fault('fridge', 'drop');
    wire.send(ASK);
    await until(() => expect(wire.closed).toBe(true));
    await simulation.clear('fridge', 'drop');
  });

  test('refuse: nobody listens; afterwards the same port does', async () => {
    const before = addressOf(simulation, 'fridge');
    const wire = await wireTo('fridge');
    await simulation.fault('fridge', 'refuse');
    await until(() => expect(wire.closed).toBe(true));
    await expect(Wire.open(before.port)).rejects.toThrow('ECONNREFUSED');
    await simulation.clear('fridge', 'refuse');
    expect(addressOf(simulation, 'fridge')).toEqual(before);
    (await wireTo('fridge')).close();
  });

  test('late: the answer to the first request comes after that to the second', async () => {
    const wire = await wireTo('fridge');
    await simulation.fault('fridge', 'late', { delay: 2000 });
    wire.send(ASK);
    await taken();
    await simulation.clear('fridge', 'late');
    wire.send(ASK.replace('0001', '0002'));
    await until(() => expect(wire.hex).toMatch(/^0002.{26}0001.{26}$/));
    wire.close();
  });

  test('bad-crc: a bus sends a frame that fails its checksum', async () => {
    const wire = await wireTo('room');
    await simulation.fault('room', 'bad-crc');
    wire.send('0c040000000130d7');
    await until(() => expect(wire.hex).toHaveLength(14));
    const bad = wire.hex;
    await simulation.clear('room', 'bad-crc');
    wire.forget();
    wire.send('0c040000000130d7');
    await until(() => expect(wire.hex).toHaveLength(14));
    expect(bad.slice(0, 10)).toBe(wire.hex.slice(0, 10));
    expect(bad).not.toBe(wire.hex);
    wire.close();
  });

  test('a slow unit keeps its whole bus waiting, a silent one does not', async () => {
    const wire = await wireTo('room');
    await simulation.fault('monitor', 'slow', { delay: 150 });
    wire.send('0b0400000003b0a1');
    wire.send('0c040000000130d7');
    await until(() => expect(wire.hex).toMatch(/^0b0406.{16}0c0402/));
    await simulation.clear('monitor', 'slow');
    wire.close();
  });

  test('a fault that the device cannot have is refused, as is an unknown device', async () => {
    await expect(simulation.fault('fridge', 'bad-crc')).rejects.toThrow(
      /fridge cannot have the fault "bad-crc"/,
    );
    await expect(simulation.fault('room', 'wrong-transaction')).rejects.toThrow(/cannot have/);
    await expect(simulation.fault('fridge', 'server-down')).rejects.toThrow(/cannot have/);
    await expect(simulation.fault('fridge', 'flood-of-bathers')).rejects.toThrow(/cannot have/);
    await expect(simulation.fault('nobody', 'silent')).rejects.toThrow(/no simulated device "nobody"/);
  });
});
