import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import { silentMeter } from '#model/meter';
import { quantitySpec } from '#model/quantity';
import type { SiteDevice } from '#model/site';
import { realClock } from '#model/time';
import type { ProbePoint, ProbeReport } from '../../collectors/probe.ts';
import { probeDevice } from '../../collectors/sources.ts';
import { createLog } from '../runtime/log.ts';
import { readSite } from '../site-file.ts';
import type { Command } from './command.ts';

export const command: Command = {
  synopsis: 'FILE DEVICE [--data DIR]',
  summary: 'reads one device now and shows everything that came',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { data: { type: 'string' } },
    });
    const [file, id] = positionals;
    if (file === undefined || id === undefined) {
      throw new HygateError(
        'request-invalid',
        'give a site file and a device: hygate probe site.yaml fridge-1',
      );
    }
    const { site } = await readSite(file);
    const device = site.devices.find((candidate) => candidate.id === id);
    if (device === undefined) {
      const known = site.devices.map((candidate) => candidate.id).join(', ');
      throw new HygateError('device-unknown', `${file} has no device "${id}"; it has ${known}`);
    }
    const report = await probe(device, values.data);
    process.stdout.write(`${describe(report, device)}\n`);
    return report.points.every((point) => point.quality === 'good') ? 0 : 1;
  },
};

async function probe(device: SiteDevice, dataDir: string | undefined): Promise<ProbeReport> {
  // Our certificate towards an OPC UA server: the gateway's own when its data folder is given, else one for this once.
  const dir = dataDir ?? (await mkdtemp(join(tmpdir(), 'hygate-probe-')));
  const log = createLog(process.env['HYGATE_LOG'] ?? 'error');
  try {
    const report = await probeDevice(device, {
      ...{ pkiDir: join(dir, 'pki'), clock: realClock, meter: silentMeter, log },
    });
    if (report !== undefined) return report;
    throw new HygateError('request-invalid', `${device.id} sends by itself over MQTT; it cannot be asked`);
  } finally {
    if (dataDir === undefined) await rm(dir, { recursive: true, force: true });
  }
}

function describe(report: ProbeReport, device: SiteDevice): string {
  const { requests, points, took } = report;
  const asked = requests.map(({ what, took: ms, raw, error }) => [
    what,
    `${ms.toFixed(1)} ms`,
    error ?? raw ?? '',
  ]);
  const read = points.map((point) => [
    point.key,
    point.raw ?? '-',
    shownValue(point, device),
    point.reason === null ? point.quality : `${point.quality} (${point.reason})`,
  ]);
  const count = `${requests.length} ${requests.length === 1 ? 'request' : 'requests'}`;
  return [
    `${report.device}: ${count} in ${took.toFixed(1)} ms`,
    ...inColumns(asked),
    ...inColumns([['point', 'raw', 'value', 'quality'], ...read]),
  ].join('\n');
}

/** With its unit, or with the word for a state: `0 (closed)`. Every digit, as somebody looks for a wrong scale. */
function shownValue({ key, value }: ProbePoint, device: SiteDevice): string {
  const point = device.points.find((candidate) => candidate.key === key);
  if (value === null || point === undefined) return value === null ? '-' : String(value);
  const { symbol, states } = quantitySpec(point.quantity);
  const state = states?.[value];
  return state === undefined ? `${value} ${symbol}`.trimEnd() : `${value} (${state.en})`;
}

function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}
