import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { realClock, SECOND } from '#model/time';
import { ModbusLines } from '../../collectors/protocols/modbus/lines.ts';
import { ModbusSource } from '../../collectors/protocols/modbus/source.ts';
import { modbusDevice, outcome, pollOnce, rtuOverTcpLine, tcpLine } from '../kit/modbus-device.ts';
import type { ScriptedFraming } from '../kit/modbus-scripted.ts';
import { until } from '../kit/until.ts';

const TIMEOUT = 2 * SECOND;
const POINTS = { value: { table: 'holding', address: 100, type: 'uint16' } } as const;

/** A device that answers while this thread stands still, when it is let. */
async function beside(framing: ScriptedFraming) {
  const shared = new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT);
  const counts = new Int32Array(shared);
  const [HEARD, LET, SAID] = [0, 1, 2];
  const url = new URL('../kit/modbus-beside.thread.ts', import.meta.url);
  const thread = new Worker(url, { workerData: { framing, shared } });
  onTestFinished(async () => void (await thread.terminate()));
  const [port] = await once(thread, 'message');
  return {
    port: Number(port),
    heard: () => Atomics.load(counts, HEARD),
    /** Returns when the one answer is on the wire; nothing else happens in this thread meanwhile. */
    letAnswer: () => {
      Atomics.add(counts, LET, 1);
      Atomics.notify(counts, LET);
      Atomics.wait(counts, SAID, 0);
    },
  };
}

test.each(['mbap', 'rtu'] as const)(
  'an answer that came while the gateway itself stood still is no time-out, and is of the time when it came (%s)',
  async (framing) => {
    const peer = await beside(framing);
    const line = framing === 'mbap' ? tcpLine(peer.port) : rtuOverTcpLine(peer.port);
    const lines = new ModbusLines(realClock);
    onTestFinished(() => lines.close());
    const device = modbusDevice({ line, points: POINTS, traits: { timeoutMs: TIMEOUT } });
    const source = new ModbusSource(device, lines.get(line), realClock);
    const polled = pollOnce(source);
    await until('the question is heard', () => peer.heard() === 1);
    // The timers of the loop come next, and then only what lies on its wires.
    await new Promise((resolve) => setImmediate(resolve));
    const [asked, end] = [realClock.wall(), realClock.monotonic() + 2 * TIMEOUT];
    peer.letAnswer();
    while (realClock.monotonic() < end);
    const { samples } = await polled;
    expect(outcome(samples)).toEqual({ value: 100 });
    expect(samples[0]?.at).toBeLessThanOrEqual(asked + TIMEOUT);
  },
);
