import { constants, readdirSync, readlinkSync } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { realClock } from '#model/time';
import { Poller } from '../../collectors/poller/poller.ts';
import { ModbusLines } from '../../collectors/protocols/modbus/lines.ts';
import { ModbusSource } from '../../collectors/protocols/modbus/source.ts';
import { probeDevice } from '../../collectors/sources.ts';
import { LoopClock } from '../kit/loop-clock.ts';
import { modbusDevice, outcome, pollOnce, serialLine } from '../kit/modbus-device.ts';
import { startPty } from '../kit/modbus-peer.ts';
import { ScriptedModbus } from '../kit/modbus-scripted.ts';
import { without } from '../kit/peers.ts';
import { until } from '../kit/until.ts';

/** Between us and the device stands a process that may be late. */
const PATIENCE = 1500;
const POINTS = { value: { table: 'holding', address: 100, type: 'uint16' } } as const;

test.skipIf(without('socat'))(
  'a serial line that the gateway reads is refused to a probe beside it, with clear words, and read on',
  async () => {
    const server = new ScriptedModbus('rtu');
    const pty = await startPty(await server.start());
    const line = serialLine(pty.path);
    const lines = new ModbusLines(realClock);
    onTestFinished(async () => {
      lines.close();
      await pty.stop();
      await server.stop();
    });
    const device = modbusDevice({ line, points: POINTS, traits: { timeoutMs: PATIENCE } });
    const source = new ModbusSource(device, lines.get(line), realClock);
    expect(outcome((await pollOnce(source)).samples)).toEqual({ value: 100 });
    const deps = { clock: realClock, log: silentLog, meter: silentMeter, pkiDir: '' };
    const refused = await probeDevice(device, deps);
    expect(refused?.requests[0]?.error).toContain(`another program holds ${pty.path}`);
    expect(refused?.points[0]?.reason).toBe('comm-refused');
    expect(outcome((await pollOnce(source)).samples)).toEqual({ value: 100 });
  },
);

test.skipIf(without('socat'))(
  'a line that is opened anew many times leaves no descriptor behind',
  async () => {
    const server = new ScriptedModbus('rtu');
    const pty = await startPty(await server.start());
    const lines = new ModbusLines(realClock);
    onTestFinished(async () => {
      lines.close();
      await pty.stop();
      await server.stop();
    });
    const line = serialLine(pty.path);
    const device = modbusDevice({ line, points: POINTS, traits: { timeoutMs: 100 } });
    // Holds the pty open, which socat ends with its last user.
    const holder = await open(pty.path, constants.O_RDWR | constants.O_NOCTTY);
    onTestFinished(() => holder.close());
    const target = await realpath(pty.path);
    const openNow = () => readdirSync('/proc/self/fd').filter((fd) => linkOf(fd) === target).length;
    server.behaviour = (asked) => void asked.socket.write('nonsense');
    const source = new ModbusSource(device, lines.get(line), realClock);
    for (let poll = 0; poll < 8; poll++) await pollOnce(source);
    // The holder's, and at most the two of the session that is open now.
    await until('what was closed is gone', () => openNow() <= 3);
  },
);

test.skipIf(without('socat'))(
  'an adapter that is pulled out is bad with its reason, and read again within two periods when it is back under its path',
  async () => {
    const server = new ScriptedModbus('rtu');
    const pty = await startPty(await server.start());
    // What is one read late stays one read late, however long it takes.
    const clock = new LoopClock();
    const lines = new ModbusLines(clock);
    const line = serialLine(pty.path);
    const every = 500;
    const device = modbusDevice({ line, points: POINTS, every, traits: { timeoutMs: PATIENCE } });
    const source = new ModbusSource(device, lines.get(line), clock);
    const seen: unknown[] = [];
    const poller = new Poller({
      devices: [{ device: device.id, every, source }],
      onResult: (_device, { samples }) => void seen.push(outcome(samples)['value']),
      onSkipped: () => {},
      clock,
      log: silentLog,
    });
    onTestFinished(async () => {
      lines.close();
      await poller.stop();
      clock.stop();
      await pty.stop();
      await server.stop();
    });
    await poller.start();
    for (let round = 0; round < 3; round++) {
      await until('it is read', () => seen.at(-1) === 100);
      await pty.unplug();
      const from = seen.length;
      await until('more reads while it is away', () => seen.length >= from + 4);
      // One read may have been under way.
      expect(new Set(seen.slice(from + 1))).toEqual(new Set(['comm-refused']));
      await pty.plug();
      const back = seen.length;
      await until('two reads since it is back', () => seen.length >= back + 2);
      expect(seen.slice(back, back + 2)).toContain(100);
    }
    const nowhere = () => readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).includes('(deleted)'));
    await until('nothing is held that is gone', () => nowhere().length === 0);
  },
);

const linkOf = (fd: string): string => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    // Closed since the folder was listed.
    return '';
  }
};
