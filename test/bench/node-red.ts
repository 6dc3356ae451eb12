import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cell, Table } from '../kit/table.ts';
import { type Field, type FieldDevice, fleetOf, startField, withLimits } from './field.ts';
import { startGateway } from './gateway.ts';
import { installNodeRed, type NodeRedTarget, startNodeRed } from './node-red-process.ts';
import type { PartOptions } from './part.ts';
import { megabytes, threadsOf, usageOf } from './usage.ts';

const DEVICES = 50;
const REGISTERS = 100;
const PERIOD_MS = 100;
const WARM_UP_MS = 4000;

interface Measured {
  readonly reads: number;
  /** Cores of the whole process, and of the thread that polls. */
  readonly cpu: number;
  readonly polling: number | null;
  readonly rss: number;
}

/** The same devices read at the same rate by Node-RED, which keeps nothing, and by us, with everything. */
export async function* nodeRed({ dir, short }: PartOptions): AsyncGenerator<Table> {
  const seconds = short ? 2 : 15;
  await using ending = new AsyncDisposableStack();
  const field = await startField(fleetOf(DEVICES, REGISTERS), dir);
  ending.defer(() => field.stop());
  const peer = installNodeRed() ? await ofNodeRed(field, dir, seconds) : null;
  const ours = await ofHygate(field, dir, seconds);
  yield {
    title: `Polling against Node-RED 4 with node-red-contrib-modbus 5.23.3: ${DEVICES} connections, ${REGISTERS} registers each, every ${PERIOD_MS} ms`,
    head: ['program', 'reads/s', 'CPU, cores', 'CPU of a read, ms', 'resident'],
    rows: [
      ['asked for', (DEVICES * 1000) / PERIOD_MS, null, null, null],
      ...(peer === null ? [] : [row('Node-RED: reads, keeps nothing', peer)]),
      row('Hygate: reads, decodes, durable, alarms judged, live', ours),
      ['  of this the collectors’ thread', null, ours.polling, costMs(ours.polling ?? 0, ours.reads), null],
    ],
    notes:
      peer === null
        ? ['Node-RED could not be installed from the registry here.']
        : [
            `CPU of a read, ours against Node-RED's: ${(ours.cpu / ours.reads / (peer.cpu / peer.reads)).toFixed(2)} for the whole of Hygate, ${((ours.polling ?? 0) / ours.reads / (peer.cpu / peer.reads)).toFixed(2)} for its polling with decoding and publishing.`,
          ],
  };
}

async function ofNodeRed(field: Field, dir: string, seconds: number): Promise<Measured> {
  const own = join(dir, 'node-red');
  await mkdir(own);
  const peer = await startNodeRed(field.devices.map(targetOf), PERIOD_MS, own);
  try {
    await sleep(WARM_UP_MS);
    const before = { reads: await peer.reads(), cpu: usageOf(peer.pid).cpu };
    await sleep(seconds * 1000);
    const { cpu, rss } = usageOf(peer.pid);
    const reads = (await peer.reads()) - before.reads;
    return { reads: reads / seconds, cpu: (cpu - before.cpu) / seconds, polling: null, rss };
  } finally {
    await peer.stop();
  }
}

async function ofHygate(field: Field, dir: string, seconds: number): Promise<Measured> {
  const devices = field.devices.map((device) =>
    withLimits({ ...device, every: `${PERIOD_MS}ms` }, REGISTERS),
  );
  const site = { site: { id: 'bench', name: 'bench' }, areas: field.areas, devices };
  const gateway = await startGateway(site, join(dir, 'gateway'));
  const look = async () => ({
    readings: (await gateway.scrape()).sum('hygate_readings_journaled_total'),
    cpu: usageOf(gateway.pid).cpu,
    polling: threadsOf(gateway.pid).get('collectors') ?? 0,
  });
  try {
    await sleep(WARM_UP_MS);
    const before = await look();
    await sleep(seconds * 1000);
    const after = await look();
    return {
      reads: (after.readings - before.readings) / REGISTERS / seconds,
      cpu: (after.cpu - before.cpu) / seconds,
      polling: (after.polling - before.polling) / seconds,
      rss: usageOf(gateway.pid).rss,
    };
  } finally {
    await gateway.stop();
  }
}

/** `modbus-tcp://host:port?unit=1` of a simulated device. */
function targetOf({ connect }: FieldDevice): NodeRedTarget {
  const { hostname, port, searchParams } = new URL(String(connect));
  return {
    host: hostname,
    port: Number(port),
    unit: Number(searchParams.get('unit') ?? 1),
    registers: REGISTERS,
  };
}

const costMs = (cores: number, readsPerSecond: number): number => (cores / readsPerSecond) * 1000;

const row = (name: string, { reads, cpu, rss }: Measured): Cell[] => [
  name,
  Math.round(reads),
  cpu,
  costMs(cpu, reads),
  megabytes(rss),
];
