import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { fingerprintOf } from '../../collectors/protocols/opcua/pin.ts';
import type { SourceDeps } from '../../collectors/sources.ts';
import { scanModbus } from '../../gateway/cli/setup/modbus-scan.ts';
import { scanOpcua } from '../../gateway/cli/setup/opcua-scan.ts';
import { tablesFor } from '../../gateway/cli/setup/trial-site.ts';
import { loadPlugins, type Plugins } from '../../gateway/plugins.ts';
import type { ScanReport } from '../../gateway/setup/finding.ts';
import { LoopClock } from '../kit/loop-clock.ts';
import { type Asked, exceptionAnswer, ScriptedModbus } from '../kit/modbus-scripted.ts';
import { SERVER_NAMESPACE, startOpcuaServer } from '../kit/opcua-server.ts';

let plugins: Plugins;
let deps: SourceDeps;
let dir: string;
/** The scan's time and that of whom it asks: who answers at once is never late. */
const clock = new LoopClock();
afterAll(() => clock.stop());
beforeAll(async () => {
  plugins = await loadPlugins();
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-scan-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  deps = { clock, log: silentLog, meter: silentMeter, pkiDir: join(dir, 'pki') };
});

describe('a Modbus line', () => {
  /** What a scan makes of a line whose units answer like that, and all that it asked. */
  async function scan(units: number, answer: (asked: Asked) => Buffer | null) {
    const server = new ScriptedModbus('mbap');
    await server.start();
    onTestFinished(() => server.stop());
    const asked: Asked[] = [];
    server.behaviour = (question) => {
      asked.push(question);
      const bytes = answer(question);
      if (bytes !== null) question.socket.write(bytes);
    };
    const target = {
      kind: 'modbus' as const,
      line: `modbus-tcp://127.0.0.1:${server.port}`,
      units: Array.from({ length: units }, (_, index) => index + 1),
    };
    const report: ScanReport = await scanModbus(target, { plugins, deps, progress: () => {} });
    return { report, asked };
  }

  test('a unit that refuses everything is there, and fits no driver; one behind which nobody is, is not', async () => {
    const { report } = await scan(3, (question) => exceptionAnswer(question, question.unit === 2 ? 2 : 11));
    expect(report.findings).toEqual([]);
    expect(report.remarks).toEqual([expect.stringMatching(/unit=2 answers, and fits no driver/)]);
  }, 120_000);

  test('nothing but reads goes over the wire', async () => {
    const { asked } = await scan(1, (question) => exceptionAnswer(question, 2));
    expect(asked.length).toBeGreaterThan(5);
    expect([...new Set(asked.map(({ code }) => code))].every((code) => code >= 1 && code <= 4)).toBe(true);
  }, 120_000);

  test('a converter that answers for every unit is looked at once', async () => {
    const { report, asked } = await scan(5, (question) => exceptionAnswer(question, 2));
    expect(report.remarks[0]).toMatch(/answers under every unit; only the first is looked at/);
    expect(asked.filter(({ unit }) => unit === 5)).toHaveLength(1);
  }, 120_000);

  test('on which nobody answers is said to be silent', async () => {
    const { report } = await scan(2, () => null);
    expect(report).toEqual({ findings: [], remarks: [expect.stringMatching(/no unit answered/)] });
  }, 120_000);
});

describe('an OPC UA server that no driver knows', () => {
  test('is shown with its numbers as points, and with its certificate', async () => {
    const server = await startOpcuaServer({ dir: join(dir, 'server'), port: 0 });
    onTestFinished(() => server.stop());
    const { findings, remarks } = await scanOpcua(
      { kind: 'opcua', url: server.url, user: null },
      plugins,
      deps,
    );
    expect(remarks).toEqual([]);
    const [found] = findings;
    expect(found).toMatchObject({ driver: 'opcua', connect: server.url, isPlain: false });
    expect(found?.certificate).toBe(fingerprintOf(server.certificate));
    expect(found?.points).toContainEqual({
      ...{ key: 'temp', name: 'Temp', quantity: 'number', node: `nsu=${SERVER_NAMESPACE};s=Temp` },
    });
    expect(found?.points.map(({ key }) => key)).not.toContain('text');
  }, 120_000);

  test('that is not there is said not to be there', async () => {
    const report = await scanOpcua(
      { kind: 'opcua', url: 'opc.tcp://127.0.0.1:9', user: null },
      plugins,
      deps,
    );
    expect(report.findings).toEqual([]);
    expect(report.remarks[0]).toMatch(/could not be looked at: the connection was refused/);
  }, 120_000);

  test('that wants a user is not asked without a password of the environment', async () => {
    const server = await startOpcuaServer({ dir: join(dir, 'server'), port: 0 });
    onTestFinished(() => server.stop());
    const report = await scanOpcua({ kind: 'opcua', url: server.url, user: 'hygate' }, plugins, deps);
    expect(report.remarks[0]).toMatch(/the environment has no OPCUA_PASSWORD/);
  }, 120_000);
});

test('the table that speaks of a device comes first', () => {
  expect(tablesFor(plugins, 'cold-room-controller')[0]).toBe('gb-39707-2020/cold-store');
  expect(tablesFor(plugins, 'modbus-fridge')[0]).toBe('vaccine-storage/fridge');
  expect(tablesFor(plugins, 'modbus')).toEqual([]);
});
