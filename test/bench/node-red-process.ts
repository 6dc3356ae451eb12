import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../kit/free-port.ts';
import { until } from '../kit/until.ts';

/** Later ones of the Modbus nodes do not install from npm's registry alone. */
const PACKAGES = ['node-red@4.1.15', 'node-red-contrib-modbus@5.23.3'];
const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/node-red', import.meta.url));
const ENTRY = join(FOLDER, 'node_modules/node-red/red.js');

/** A device to be read: all of its holding registers from 0. */
export interface NodeRedTarget {
  readonly host: string;
  readonly port: number;
  readonly unit: number;
  readonly registers: number;
}

export interface NodeRed {
  readonly pid: number;
  /** Reads that were answered since the start. */
  reads(): Promise<number>;
  stop(): Promise<void>;
}

/** Brings Node-RED on the first call; false where npm has no way to it. */
export function installNodeRed(): boolean {
  if (existsSync(ENTRY)) return true;
  mkdirSync(FOLDER, { recursive: true });
  const flags = ['--prefix', FOLDER, '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'];
  return spawnSync('npm', ['install', ...flags, ...PACKAGES], { stdio: 'ignore' }).status === 0;
}

/** Node-RED with a flow that reads each target every `period` ms and counts the answers. It keeps nothing. */
export async function startNodeRed(
  targets: readonly NodeRedTarget[],
  period: number,
  dir: string,
): Promise<NodeRed> {
  const port = await freePort();
  await writeFile(join(dir, 'flows.json'), JSON.stringify(flowOf(targets, period)));
  const settings = {
    uiHost: '127.0.0.1',
    uiPort: port,
    httpAdminRoot: false,
    logging: { console: { level: 'off' } },
  };
  await writeFile(join(dir, 'settings.js'), `module.exports = ${JSON.stringify(settings)};`);
  const nodes = join(FOLDER, 'node_modules/node-red-contrib-modbus');
  await writeFile(join(dir, 'package.json'), JSON.stringify({ dependencies: { [nodes]: '*' } }));
  const child = spawn(
    process.execPath,
    [ENTRY, '--userDir', dir, '--settings', join(dir, 'settings.js'), join(dir, 'flows.json')],
    { stdio: 'ignore', cwd: FOLDER },
  );
  const reads = async () => Number(await (await fetch(`http://127.0.0.1:${port}/reads`)).text());
  await until('Node-RED reads', () => isReading(child, reads));
  return {
    pid: child.pid ?? 0,
    reads,
    async stop() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

async function isReading(child: ChildProcess, reads: () => Promise<number>): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`Node-RED ended with code ${child.exitCode}`);
  return reads().then(
    (count) => count > 0,
    () => false,
  );
}

/** A client and a read node a device, all into one that counts; and an HTTP node that tells the count. */
function flowOf(targets: readonly NodeRedTarget[], period: number): object[] {
  const place = { z: 'tab', x: 0, y: 0 };
  return [
    { id: 'tab', type: 'tab', label: 'bench' },
    ...targets.flatMap((target, index) => [clientNode(target, index), readNode(target, index, period)]),
    {
      ...{ id: 'count', type: 'function', ...place, outputs: 0, wires: [] },
      func: "global.set('reads', (global.get('reads') || 0) + 1);",
    },
    { id: 'asked', type: 'http in', ...place, url: '/reads', method: 'get', wires: [['tell']] },
    {
      ...{ id: 'tell', type: 'function', ...place, outputs: 1, wires: [['answer']] },
      func: "msg.payload = String(global.get('reads') || 0); return msg;",
    },
    { id: 'answer', type: 'http response', ...place, wires: [] },
  ];
}

const clientNode = ({ host, port, unit }: NodeRedTarget, index: number): object => ({
  ...{ id: `client-${index}`, type: 'modbus-client', clienttype: 'tcp', tcpType: 'DEFAULT' },
  ...{ tcpHost: host, tcpPort: port, unit_id: unit, bufferCommands: true, parallelUnitIdsAllowed: true },
  ...{ commandDelay: 1, clientTimeout: 1000, reconnectOnTimeout: true, reconnectTimeout: 2000 },
});

const readNode = ({ unit, registers }: NodeRedTarget, index: number, period: number): object => ({
  ...{ id: `read-${index}`, type: 'modbus-read', z: 'tab', x: 0, y: 0, server: `client-${index}` },
  ...{ unitid: unit, dataType: 'HoldingRegister', adr: 0, quantity: registers, rate: period, rateUnit: 'ms' },
  wires: [['count'], []],
});
