import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { SiteDevice } from '#model/site';
import type { Clock } from '#model/time';
import type { ProbeReport } from './probe.ts';
import type { ModbusLines } from './protocols/modbus/lines.ts';
import { probeModbus } from './protocols/modbus/probe.ts';
import { ModbusSource } from './protocols/modbus/source.ts';
import type { PollSource, PushSource } from './source.ts';

export interface SourceDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Where our own OPC UA certificate lies. */
  readonly pkiDir: string;
}

/** The source of a device; undefined for one that logs in to the broker by itself. */
export async function createSource(
  device: SiteDevice,
  lines: ModbusLines,
  deps: SourceDeps,
): Promise<PollSource | PushSource | undefined> {
  const { link } = device;
  if (link.protocol === 'mqtt') return undefined;
  if (link.protocol === 'modbus') return new ModbusSource(device, lines.get(link.line), deps.clock);
  // node-opcua takes a second and 60 MB to load: only a site that needs it pays.
  const { createOpcuaSource } = await import('./protocols/opcua/source.ts');
  return createOpcuaSource(device, deps);
}

/** One read now, in full; undefined for a device that cannot be asked. Several on one wire share it by `lines`. */
export async function probeDevice(
  device: SiteDevice,
  deps: SourceDeps,
  lines?: ModbusLines,
): Promise<ProbeReport | undefined> {
  if (device.link.protocol === 'mqtt') return undefined;
  if (device.link.protocol === 'modbus') return probeModbus(device, deps.clock, lines);
  const { probeOpcua } = await import('./protocols/opcua/probe.ts');
  return probeOpcua(device, deps);
}
