import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../kit/free-port.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import type { Table } from '../kit/table.ts';
import { startField, withLimits } from './field.ts';
import { type MeasuredGateway, runGateway, startGateway } from './gateway.ts';
import { LoopDisk } from './loop-disk.ts';
import type { PartOptions } from './part.ts';

/** A reading as the journal packs it: number of the point, step of the time, mark, value. */
const PACKED_BYTES = 12;
/** `{"point":"r0","at":1763780000123,"value":4.2}` and its comma. */
const WIRE_BYTES = 48;
const DISK_MIB = 512;

interface Wear {
  readonly what: string;
  readonly readings: number;
  readonly commits: number;
  readonly written: number;
  /** Null when the machine lets us mount nothing. */
  readonly onDisk: number | null;
}

interface Times {
  readonly settleMs: number;
  readonly lengthMs: number;
}

/** What a gateway at a hospital's rate writes to its disk, on a disk of its own where one may be mounted. */
export async function* wear({ dir, short }: PartOptions): AsyncGenerator<Table> {
  const times = short ? { settleMs: 1_000, lengthMs: 11_000 } : { settleMs: 25_000, lengthMs: 120_000 };
  yield wearTable([
    await fleetWear(join(dir, 'fleet'), times),
    await hospitalWear(join(dir, 'hospital'), times),
  ]);
}

/** 300 points of 60 devices every 10 s, with a limit each. */
async function fleetWear(dir: string, times: Times): Promise<Wear> {
  await mkdir(dir);
  const disk = LoopDisk.mount(join(dir, 'disk'), DISK_MIB);
  const field = await startField(
    'devices: []\nfleet: { id: unit, area: hall, devices: 60, points: 5, every: 10s }',
    dir,
  );
  const devices = field.devices.map((device) => withLimits(device, 5));
  const site = { site: { id: 'bench', name: 'bench' }, areas: field.areas, devices };
  try {
    const gateway = await startGateway(site, join(dir, 'disk'));
    return await worn('60 devices of 5 points every 10 s', { gateway, disk, ...times });
  } finally {
    await field.stop();
    disk?.unmount();
  }
}

/** The scenario of the same name: 64 points of 19 devices every 2 to 10 s, OPC UA subscriptions among them. */
async function hospitalWear(dir: string, times: Times): Promise<Wear> {
  await mkdir(dir);
  const disk = LoopDisk.mount(join(dir, 'disk'), DISK_MIB);
  const listen = { mqtt: `127.0.0.1:${await freePort()}`, http: `127.0.0.1:${await freePort()}` };
  const [file, data] = [join(dir, 'site.yaml'), join(dir, 'sim')];
  const where = ['--site-file', file, '--data', data, '--mqtt', listen.mqtt, '--http', listen.http];
  const sim = new HygateProcess(['sim', 'hospital', ...where]);
  try {
    await sim.waitFor(/The simulated devices run/);
    const gateway = await runGateway({ file, dataDir: join(dir, 'disk', 'data'), ...listen });
    return await worn('scenario hospital: 64 points', { gateway, disk, ...times });
  } finally {
    await sim.stop();
    disk?.unmount();
  }
}

interface Subject extends Times {
  readonly gateway: MeasuredGateway;
  readonly disk: LoopDisk | undefined;
}

async function worn(what: string, { gateway, disk, settleMs, lengthMs }: Subject): Promise<Wear> {
  const look = async () => ({
    scrape: await gateway.scrape(),
    written: writtenBy(gateway.pid),
    onDisk: disk?.written() ?? null,
  });
  try {
    await sleep(settleMs);
    const before = await look();
    await sleep(lengthMs);
    const after = await look();
    const grown = (name: string) => after.scrape.sum(name) - before.scrape.sum(name);
    const readings = grown('hygate_readings_journaled_total');
    return {
      ...{ what, readings, commits: grown('hygate_journal_commit_seconds_count') },
      written: (after.written - before.written) / readings,
      onDisk: perReading(before.onDisk, after.onDisk, readings),
    };
  } finally {
    await gateway.stop();
  }
}

const perReading = (before: number | null, after: number | null, readings: number): number | null =>
  before === null || after === null ? null : (after - before) / readings;

/** Bytes that the process made to be written to disks: pages that became dirty, each anew after a sync (proc(5)). */
const writtenBy = (pid: number): number =>
  Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? Number.NaN);

const wearTable = (rows: readonly Wear[]): Table => ({
  title: 'Wear: bytes written for each reading by the whole of `hygate run`',
  head: [
    'what',
    'readings',
    'readings a commit',
    'written by the process',
    'of the payload',
    'on the wire',
    'on the disk',
  ],
  rows: rows.map(({ what, readings, commits, written, onDisk }) => [
    ...[what, readings, readings / commits, written],
    ...[`${(written / PACKED_BYTES).toFixed(1)} ×`, `${(written / WIRE_BYTES).toFixed(1)} ×`, onDisk],
  ]),
  notes: [
    `The payload is ${PACKED_BYTES} bytes as the journal packs a reading, ${WIRE_BYTES} as JSON on the wire. Written by the process: write_bytes of proc(5).`,
    'On the disk: sectors of an ext4 of its own, so with the journal of the file system, which costs 12 KB or more for each fsync.',
  ],
});
