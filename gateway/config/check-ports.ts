import type { SiteChannel } from '#model/site';
import type { Text } from '#model/text';
import type { PlacedDevice } from './check-lines.ts';
import { isMapping } from './conform.ts';
import type { World } from './world.ts';

/** A serial port, by itself or within the address of a device on it. */
const PORT = /^(?:modbus-rtu:\/\/)?(\/dev\/[^?]+)/;

/** Two that speak on one serial port read each other's answers: a channel has its port for itself. */
export function checkPorts(
  devices: readonly PlacedDevice[],
  channels: Readonly<Record<string, SiteChannel>>,
  { mistakes }: World,
): void {
  const users = new Map<string, Text>();
  for (const { device } of devices) {
    const { link, id } = device;
    if (link.protocol === 'modbus' && link.line.kind === 'rtu')
      users.set(link.line.path, { zh: `设备 "${id}"`, en: `device "${id}"` });
  }
  for (const [name, { options }] of Object.entries(channels)) {
    for (const [key, value] of Object.entries(isMapping(options) ? options : {})) {
      const port = PORT.exec(String(value))?.[1];
      if (port === undefined) continue;
      const other = users.get(port);
      if (other === undefined) users.set(port, { zh: `渠道 "${name}"`, en: `channel "${name}"` });
      else
        mistakes.add(
          ['channels', name, key],
          {
            zh: `串口 ${port} 已由${other.zh} 使用`,
            en: `${other.en} is on the serial port ${port} already`,
          },
          { zh: '请给此渠道单独的串口', en: 'give the channel a port of its own' },
        );
    }
  }
}
