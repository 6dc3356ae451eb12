import modbus from 'modbus-serial';
import { afterAll, expect, type TestContext, test } from 'vitest';
import type { ModbusAddress } from '#model/driver';
import { ModbusLines } from '../../collectors/protocols/modbus/lines.ts';
import { ModbusSource } from '../../collectors/protocols/modbus/source.ts';
import type { PollSource } from '../../collectors/source.ts';
import { type Random, seededRandom } from '../../firmware-sim/physics/random.ts';
import { LoopClock } from '../kit/loop-clock.ts';
import { modbusDevice, pollOnce, rtuOverTcpLine, tcpLine } from '../kit/modbus-device.ts';
import { FATE_ADDRESSES, FATES, type Fate, FatefulUnits, isTrue } from '../kit/modbus-fates.ts';
import { type ScriptedFraming, ScriptedModbus } from '../kit/modbus-scripted.ts';
import { until } from '../kit/until.ts';

const SEED = Number(process.env['HYGATE_SEED'] ?? Math.trunc(Math.random() * 1e9));
const TIMEOUT = 80;
/** The units' time and ours: who answers at once is never late. */
const clock = new LoopClock();
afterAll(() => clock.stop());
const UNITS = [1, 2, 3];
const POLLS = 40;

/** Some of the 32 registers, in runs of one to five: many blocks of one shape. */
function randomMap(random: Random): Readonly<Record<string, ModbusAddress>> {
  const chosen: [string, ModbusAddress][] = [];
  for (let address = 0; address < FATE_ADDRESSES; ) {
    const run = 1 + Math.floor(random() * 5);
    for (const end = Math.min(address + run, FATE_ADDRESSES); address < end; address++) {
      chosen.push([`r${address}`, { table: 'holding', address, type: 'uint16' }]);
    }
    address += 1 + Math.floor(random() * 5);
  }
  return Object.fromEntries(chosen);
}

/** Spells of trouble, in which an answer meets its fate more often than not, and spells without. */
function fates(random: Random): () => Fate | undefined {
  let [left, fate, chance] = [0, 'silent' as Fate, 0];
  return () => {
    if (left-- <= 0) {
      left = 1 + Math.floor(random() * 8);
      // Half of the trouble is late answers: of all of it only that can be believed on a serial line.
      const latecomer: Fate = random() < 0.5 ? 'late' : 'very-late';
      fate = random() < 0.5 ? latecomer : (FATES[Math.floor(random() * FATES.length)] ?? 'silent');
      chance = random() < 0.5 ? 0 : random();
    }
    return random() < chance ? fate : undefined;
  };
}

async function site({ onTestFinished }: TestContext, framing: ScriptedFraming, seed: number) {
  const random = seededRandom(seed, framing);
  const server = new ScriptedModbus(framing);
  const port = await server.start();
  onTestFinished(() => server.stop());
  const units = new FatefulUnits({ server, framing, timeout: TIMEOUT, random, clock });
  const next = fates(random);
  let injected = 0;
  server.behaviour = (asked) => {
    const fate = next();
    if (fate !== undefined) injected++;
    units.answer(asked, fate);
  };
  const heal = () => {
    server.behaviour = (asked) => units.answer(asked);
  };
  return { server, port, random, injected: () => injected, heal };
}

const runs = (['mbap', 'rtu'] as const).flatMap((framing) =>
  [[1], [1], [1], UNITS, UNITS].map((units, run) => ({ framing, units, seed: SEED + run })),
);

test.concurrent.for(runs)(
  '$framing, units $units, random faults over random registers: never another register or another time (HYGATE_SEED=$seed)',
  async ({ framing, units, seed }, context) => {
    const { server, port, random, injected, heal } = await site(context, framing, seed);
    const line = framing === 'mbap' ? tcpLine(port) : rtuOverTcpLine(port);
    const lines = new ModbusLines(clock);
    context.onTestFinished(async () => lines.close());
    const tally = { good: 0, wrong: [] as string[] };
    const poll = async (source: PollSource, unit: number): Promise<boolean> => {
      await clock.sleep(TIMEOUT * random());
      const before = server.asked;
      const { samples } = await pollOnce(source);
      const good = samples.filter(({ quality }) => quality === 'good');
      for (const { key, value } of good) {
        const where = { unit, address: Number(key.slice(1)) };
        if (isTrue(value ?? -1, where, before, server.asked)) tally.good++;
        else tally.wrong.push(`unit ${unit} ${key}: ${value}, questions ${before} to ${server.asked}`);
      }
      return good.length === samples.length;
    };
    const watch = async (unit: number) => {
      const device = modbusDevice({ line, unit, points: randomMap(random), traits: { timeoutMs: TIMEOUT } });
      const source = new ModbusSource(device, lines.get(line), clock);
      for (let round = 0; round < POLLS; round++) await poll(source, unit);
      return source;
    };
    const sources = await Promise.all(units.map(watch));
    expect(tally.wrong).toEqual([]);
    expect(tally.good).toBeGreaterThan(10);
    expect(injected()).toBeGreaterThan(10);
    heal();
    for (const [index, source] of sources.entries()) {
      await until('all are good again', () => poll(source, units[index] ?? 1));
    }
    expect(tally.wrong).toEqual([]);
  },
);

test('a plain modbus-serial client believes wrong values in the same trial, so the trial bites', async (context) => {
  const { server, port, random, injected } = await site(context, 'rtu', 1);
  const client = new modbus.default();
  const reopen = () => client.connectTelnet('127.0.0.1', { port });
  await reopen();
  context.onTestFinished(() => new Promise((resolve) => client.close(() => resolve())));
  client.setTimeout(TIMEOUT);
  const addresses = Object.values(randomMap(random)).map(({ address }) => address);
  let wrong = 0;
  for (let round = 0; round < 20; round++) {
    for (const address of addresses) {
      client.setID(UNITS[address % 3] ?? 1);
      const before = server.asked;
      try {
        const { data } = await client.readHoldingRegisters(address, 1);
        const where = { unit: UNITS[address % 3] ?? 1, address };
        if (!isTrue(data[0] ?? -1, where, before, server.asked)) wrong++;
      } catch {
        if (!client.isOpen) await reopen();
      }
    }
  }
  expect(injected()).toBeGreaterThan(10);
  expect(wrong).toBeGreaterThan(0);
});
