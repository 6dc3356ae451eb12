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
