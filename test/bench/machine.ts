import { fdatasyncSync, openSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { arch, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { msText, type Table } from '../kit/table.ts';
import { quantile } from './sample.ts';

const SYNCS = 200;

/** What the figures were measured on. `dir` is on the disk that the journals of the bench lie on. */
export async function machineTable(dir: string): Promise<Table> {
  const [cpu] = cpus();
  const syncs = await syncTimes(join(dir, 'sync'));
  const load = loadavg().map((value) => value.toFixed(2));
  return {
    title: 'Machine',
    head: ['what', 'measured or told by the system'],
    rows: [
      ['CPU', `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${arch()}`],
      ['memory', `${(totalmem() / 2 ** 30).toFixed(0)} GiB`],
      ['system', `Linux ${release()}, Node ${process.versions.node}`],
      [
        '4 KiB written + fdatasync',
        `${msText(quantile(syncs, 0.5))} median, ${msText(quantile(syncs, 0.99))} p99`,
      ],
      ['load before', load.join(' ')],
      ['date', new Date().toISOString()],
    ],
  };
}

async function syncTimes(path: string): Promise<number[]> {
  const block = Buffer.alloc(4096, 1);
  const file = openSync(path, 'w');
  const times = Array.from({ length: SYNCS }, () => {
    const begun = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    return performance.now() - begun;
  });
  await rm(path);
  return times;
}
