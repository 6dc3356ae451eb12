import { afterAll, expect, onTestFinished, test } from 'vitest';
import type { ModbusAddress } from '#model/driver';
import { ModbusLines } from '../../collectors/protocols/modbus/lines.ts';
import { ModbusSource } from '../../collectors/protocols/modbus/source.ts';
import { LoopClock } from '../kit/loop-clock.ts';
import { modbusDevice, outcome, pollOnce, tcpLine } from '../kit/modbus-device.ts';
import { type Asked, exceptionAnswer, healthy, rightAnswer, ScriptedModbus } from '../kit/modbus-scripted.ts';

/** The device's time and ours: who answers at once is never late. */
const clock = new LoopClock();
afterAll(() => clock.stop());

/** One block of eight registers. */
const ADDRESSES = [0, 2, 4, 6, 8, 10, 12, 14];
const POINTS = Object.fromEntries(
  ADDRESSES.map((address): [string, ModbusAddress] => [
    `r${address}`,
    { table: 'holding', address, type: 'uint16' },
  ]),
);
const GOOD = Object.fromEntries(ADDRESSES.map((address) => [`r${address}`, address]));

async function rig(every = 1000) {
  const server = new ScriptedModbus('mbap');
  const line = tcpLine(await server.start());
  const lines = new ModbusLines(clock);
  onTestFinished(async () => {
    lines.close();
    await server.stop();
  });
  const device = modbusDevice({ line, points: POINTS, every, traits: { hole: 1 } });
  return { server, source: new ModbusSource(device, lines.get(line), clock) };
}

/** Answers every read that touches the address with exception 2. */
const without =
  (address: number) =>
  (asked: Asked): void => {
    const touches = asked.address <= address && address < asked.address + asked.count;
    asked.socket.write(touches ? exceptionAnswer(asked, 2) : rightAnswer(asked));
  };

test.for([5, 6])(
  'a device that asks for patience with exception %i is asked again in the same poll',
  async (code) => {
    const { server, source } = await rig();
    let refusals = 2;
    server.behaviour = (asked) =>
      refusals-- > 0 ? void asked.socket.write(exceptionAnswer(asked, code)) : healthy(asked);
    expect(outcome((await pollOnce(source)).samples)).toEqual(GOOD);
    expect(server.asked).toBe(3);
  },
);

test('one that stays busy is given up within half of its period', async () => {
  // The first pause fits into half of it however late the answer, the second beside the first does not.
  const { server, source } = await rig(298);
  server.behaviour = (asked) => void asked.socket.write(exceptionAnswer(asked, 6));
  const { samples } = await pollOnce(source);
  expect(new Set(samples.map(({ reason }) => reason))).toEqual(new Set(['device-exception']));
  expect(server.asked).toBe(2);
});

test.for([1, 4, 7, 8, 10, 11, 12, 77])('exception %i is not asked again in the same poll', async (code) => {
  const { server, source } = await rig();
  server.behaviour = (asked) => void asked.socket.write(exceptionAnswer(asked, code));
  await pollOnce(source);
  expect(server.asked).toBe(1);
});

test('an address that is illegal costs its own point and no other, and is found in one poll', async () => {
  const { server, source } = await rig();
  server.behaviour = without(6);
  const wanted = { ...GOOD, r6: 'device-exception' };
  expect(outcome((await pollOnce(source)).samples)).toEqual(wanted);
  const found = server.asked;
  expect(outcome((await pollOnce(source)).samples)).toEqual(wanted);
  expect(server.asked - found).toBeLessThanOrEqual(4);
});

test('a device that calls everything illegal is soon asked once a poll, and is whole again at once', async () => {
  const { server, source } = await rig();
  server.behaviour = (asked) => void asked.socket.write(exceptionAnswer(asked, 2));
  for (let poll = 0; poll < 4; poll++) await pollOnce(source);
  const before = server.asked;
  await pollOnce(source);
  expect(server.asked - before).toBe(1);
  server.behaviour = healthy;
  expect(outcome((await pollOnce(source)).samples)).toEqual(GOOD);
});

test('a device that allows every address, but no long read, is asked in short reads from then on', async () => {
  const { server, source } = await rig();
  let refused = 0;
  server.behaviour = (asked) => {
    if (asked.count <= 3) return healthy(asked);
    refused++;
    asked.socket.write(exceptionAnswer(asked, 2));
  };
  expect(outcome((await pollOnce(source)).samples)).toEqual(GOOD);
  expect(refused).toBeGreaterThan(0);
  refused = 0;
  for (let poll = 0; poll < 3; poll++) expect(outcome((await pollOnce(source)).samples)).toEqual(GOOD);
  expect(refused).toBe(0);
});

test('what was illegal is tried again one day: a device may have learned it', async () => {
  const { server, source } = await rig();
  server.behaviour = without(6);
  await pollOnce(source);
  server.behaviour = healthy;
  for (let poll = 0; poll < 120; poll++) await pollOnce(source);
  const before = server.asked;
  expect(outcome((await pollOnce(source)).samples)).toEqual(GOOD);
  expect(server.asked - before).toBe(1);
});
