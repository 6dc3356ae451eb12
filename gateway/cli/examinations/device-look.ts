import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { SiteDevice } from '#model/site';
import { realClock } from '#model/time';
import type { ProbeReport } from '../../../collectors/probe.ts';
import { probeDevice } from '../../../collectors/sources.ts';
import type { DeviceFacts } from '../../doctor/devices.ts';
import type { GatewayAnswer } from './gateway-answer.ts';
import type { JournalLook } from './journal-look.ts';
import { whyOf } from './reach-look.ts';

export interface DeviceOptions {
  readonly answer: GatewayAnswer | null;
  readonly look: JournalLook;
}

/** A device of a running gateway is its business: then the doctor asks the gateway, and no wire sees two masters. */
export async function lookAtDevice(
  device: SiteDevice,
  { answer, look }: DeviceOptions,
): Promise<DeviceFacts> {
  const { id, name, every, link } = device;
  const alone = answer === null && !look.locked;
  return {
    ...{ id, name, every, protocol: link.protocol, up: answer?.up.get(id) ?? null },
    isUnread: answer !== null && isUnread(device, answer.up),
    probe: alone ? await probe(device) : null,
    ...lastSaid(id, look),
  };
}

/** It reads others. One that reads none has its collectors elsewhere, or has just begun. */
const isUnread = ({ id, link }: SiteDevice, up: GatewayAnswer['up']): boolean =>
  link.protocol !== 'mqtt' && up.size > 0 && !up.has(id);

/** A folder that no gateway writes says nothing about the gateway that runs. */
function lastSaid(id: string, { locked, devices, lookedFrom }: JournalLook) {
  if (!locked) return { lastGood: null, lastReason: null, lookedFrom: null };
  const said = devices.get(id);
  return { lastGood: said?.good ?? null, lastReason: said?.reason ?? null, lookedFrom };
}

async function probe(device: SiteDevice): Promise<DeviceFacts['probe']> {
  const port = await serialPort(device);
  if (port !== null) return { error: port, bad: [] };
  // A key of its own for this once: the gateway's may only be read by its user.
  const dir = await mkdtemp(join(tmpdir(), 'hygate-doctor-'));
  try {
    const deps = { pkiDir: join(dir, 'pki'), clock: realClock, meter: silentMeter, log: silentLog };
    const report = await probeDevice(device, deps);
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

function outcomeOf({ requests, points }: ProbeReport): NonNullable<DeviceFacts['probe']> {
  const bad = points
    .filter(({ quality }) => quality === 'bad')
    .map(({ key, reason }) => ({ key, reason: reason ?? 'bad' }));
  const dumb = bad.length === points.length && bad.every(({ reason }) => reason.startsWith('comm-'));
  const error = dumb ? (requests.find((request) => request.error !== null)?.error ?? 'no answer') : null;
  return error === null ? { error, bad } : { error, bad: [] };
}
