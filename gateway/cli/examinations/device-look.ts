import type { SiteDevice } from '#model/site';
import type { Clock, EpochMs } from '#model/time';
import type { DeviceFacts } from '../../doctor/devices.ts';
import { type Outcome, probeAll } from './device-probes.ts';
import type { GatewayAnswer } from './gateway-answer.ts';
import { type HistoryLook, lookAtHistory } from './history-look.ts';
import type { JournalLook } from './journal-look.ts';

export interface DeviceOptions {
  readonly answer: GatewayAnswer | null;
  readonly look: JournalLook;
  readonly dataDir: string;
  readonly clock: Clock;
}

/** Devices of a running gateway are its business: then the doctor asks the gateway, and no wire sees two masters. */
export async function lookAtDevices(
  devices: readonly SiteDevice[],
  { answer, look, dataDir, clock }: DeviceOptions,
): Promise<readonly DeviceFacts[]> {
  const alone = answer === null && !look.locked;
  const probes = alone ? await probeAll(devices, clock) : new Map<string, Outcome>();
  const history = look.locked ? lookAtHistory(dataDir) : null;
  return devices.map((device) => {
    const { id, name, every, link } = device;
    return {
      ...{ id, name, every, protocol: link.protocol, up: answer?.up.get(id) ?? null },
      isUnread: answer !== null && isUnread(device, answer.up),
      probe: probes.get(id) ?? null,
      ...lastSaid(id, look, history),
    };
  });
}

/** It reads others. One that reads none has its collectors elsewhere, or has just begun. */
const isUnread = ({ id, link }: SiteDevice, up: GatewayAnswer['up']): boolean =>
  link.protocol !== 'mqtt' && up.size > 0 && !up.has(id);

/** A folder that no gateway writes says nothing about the gateway that runs. */
function lastSaid(id: string, look: JournalLook, history: HistoryLook | null) {
  if (history === null) return { lastGood: null, lastReason: null, lookedFrom: null };
  // The newest rows are ahead of the history; who is not among them was silent for longer than they reach back.
  const [newest, before] = [look.devices.get(id), history.devices.get(id)];
  return {
    lastGood: newest?.good ?? before?.good ?? null,
    lastReason: (newest ?? before)?.reason ?? null,
    lookedFrom: before === undefined ? earlier(look.lookedFrom, history.startedAt) : look.lookedFrom,
  };
}

const earlier = (one: EpochMs | null, other: EpochMs | null): EpochMs | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);
