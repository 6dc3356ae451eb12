import type { SiteDevice } from '#model/site';
import type { PollSource, PushSource } from '../../source.ts';
import type { OpcuaDeps } from './connection.ts';
import { OpcuaPollSource } from './poll-source.ts';
import { OpcuaPushSource } from './push-source.ts';

/** The source of a device that speaks OPC UA: it pushes when the site file says `acquire: subscribe`. */
export function createOpcuaSource(device: SiteDevice, deps: OpcuaDeps): PollSource | PushSource {
  if (device.link.protocol !== 'opcua') throw new Error(`device ${device.id} does not speak OPC UA`);
  return device.link.acquire === 'poll'
    ? new OpcuaPollSource(device, device.link, deps)
    : new OpcuaPushSource(device, device.link, deps);
}
