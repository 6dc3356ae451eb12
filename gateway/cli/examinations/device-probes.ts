import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { lineKey, type SiteDevice } from '#model/site';
import type { Clock } from '#model/time';
import type { ProbeReport } from '../../../collectors/probe.ts';
import { ModbusLines } from '../../../collectors/protocols/modbus/lines.ts';
import { probeDevice } from '../../../collectors/sources.ts';
import { type DeviceFacts, type Probe, READ_WITHIN } from '../../doctor/devices.ts';
import { whyOf } from './reach-look.ts';

export type Outcome = DeviceFacts['probe'];

type Read = (device: SiteDevice) => Promise<Outcome>;

/**
 * One read of each device. Those on one wire have their turn one after the other over one session, as they would lock
 * each other out; what is not read in the doctor's time is `late`. By device.
 */
export async function probeAll(
  devices: readonly SiteDevice[],
  clock: Clock,
): Promise<ReadonlyMap<string, Outcome>> {
  const lines = new ModbusLines(clock);
  const end = Promise.withResolvers<'late'>();
  const timer = clock.after(READ_WITHIN, () => end.resolve('late'));
  const read: Read = (device) => Promise.race([end.promise, probe(device, clock, lines)]);
  try {
    const queues = [...Map.groupBy(devices, wireOf).values()];
    const outcomes = await Promise.all(queues.map((queue) => inTurn(queue, read)));
    return new Map(outcomes.flat());
  } finally {
    timer.cancel();
    // What is still being asked fails with it.
    lines.close();
  }
}

async function inTurn(queue: readonly SiteDevice[], read: Read): Promise<[string, Outcome][]> {
  const outcomes: [string, Outcome][] = [];
  let outcome: Outcome = null;
  for (const device of queue) {
    // Once it is too late nobody is asked any more.
    if (outcome !== 'late') outcome = await read(device);
    outcomes.push([device.id, outcome]);
  }
  return outcomes;
}

const wireOf = ({ id, link }: SiteDevice): string =>
  link.protocol === 'modbus' ? lineKey(link.line) : `device:${id}`;

async function probe(device: SiteDevice, clock: Clock, lines: ModbusLines): Promise<Outcome> {
  const port = await serialPort(device);
  if (port !== null) return { error: port, bad: [] };
  // A key of its own for this once: the gateway's may only be read by its user.
  const dir = await mkdtemp(join(tmpdir(), 'hygate-doctor-'));
  try {
    const deps = { pkiDir: join(dir, 'pki'), clock, meter: silentMeter, log: silentLog };
    const report = await probeDevice(device, deps, lines);
    return report === undefined ? null : outcomeOf(report);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Why a serial port cannot be used; null for one that can, and for what needs none. */
async function serialPort({ link }: SiteDevice): Promise<string | null> {
  if (link.protocol !== 'modbus' || link.line.kind !== 'rtu') return null;
  const { path } = link.line;
  return access(path, constants.R_OK | constants.W_OK).then(
    () => null,
    (error: unknown) => `${path}: ${whyOf(error)}`,
  );
}

function outcomeOf({ requests, points }: ProbeReport): Probe {
  const bad = points
    .filter(({ quality }) => quality === 'bad')
    .map(({ key, reason }) => ({ key, reason: reason ?? 'bad' }));
  const dumb = bad.length === points.length && bad.every(({ reason }) => reason.startsWith('comm-'));
  const error = dumb ? (requests.find((request) => request.error !== null)?.error ?? 'no answer') : null;
  return error === null ? { error, bad } : { error, bad: [] };
}
