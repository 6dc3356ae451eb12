import { constants, readdirSync, readlinkSync } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { realClock } from '#model/time';
import { ModbusLines } from '../../collectors/protocols/modbus/lines.ts';
import { ModbusSource } from '../../collectors/protocols/modbus/source.ts';
import { probeDevice } from '../../collectors/sources.ts';
import { modbusDevice, outcome, pollOnce, serialLine } from '../kit/modbus-device.ts';
import { startPty } from '../kit/modbus-peer.ts';
import { ScriptedModbus } from '../kit/modbus-scripted.ts';
import { without } from '../kit/peers.ts';
import { until } from '../kit/until.ts';

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
    const device = modbusDevice({ line, points: POINTS, traits: { timeoutMs: 500 } });
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

const linkOf = (fd: string): string => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    // Closed since the folder was listed.
    return '';
  }
};
