import { type Line, lineKey, type ModbusLink, type SiteDevice } from '#model/site';
import type { Path } from './mistakes.ts';
import type { World } from './world.ts';

export interface PlacedDevice {
  readonly device: SiteDevice;
  readonly path: Path;
}

/** Devices on one wire agree on its speed, and no two read the very same registers. */
export function checkLines(devices: readonly PlacedDevice[], { mistakes }: World): void {
  const lines = new Map<string, { readonly id: string; readonly line: Line }>();
  const units = new Map<string, string>();
  for (const { device, path } of devices) {
    const { link, id } = device;
    if (link.protocol !== 'modbus') continue;
    const at = [...path, 'connect'];
    const key = lineKey(link.line);
    const other = lines.get(key);
    if (other === undefined) lines.set(key, { id, line: link.line });
    else if (settingsOf(other.line) !== settingsOf(link.line)) {
      mistakes.add(
        at,
        {
          zh: `同一条线路上的设备 "${other.id}" 设置不同`,
          en: `the wire is set otherwise by device "${other.id}"`,
        },
        {
          zh: `这里也应写 ${settingsOf(other.line)}`,
          en: `write ${settingsOf(other.line)} here too`,
        },
      );
    }
    const registers = `${key} ${link.unit} ${registersOf(link)}`;
    const twin = units.get(registers);
    if (twin === undefined) units.set(registers, id);
    else
      mistakes.add(
        at,
        {
          zh: `设备 "${twin}" 已在读同一站号的相同寄存器`,
          en: `device "${twin}" reads the same registers of the same unit`,
        },
        { zh: '请核对地址和站号', en: 'check the address and the unit' },
      );
  }
}

const settingsOf = (line: Line): string =>
  line.kind === 'rtu'
    ? `baud=${line.baud}&parity=${line.parity}&data=${line.dataBits}&stop=${line.stopBits}`
    : line.kind;

const registersOf = ({ points }: ModbusLink): string =>
  points
    .map(({ address }) => `${address.table}:${address.address}:${address.bit ?? ''}`)
    .sort()
    .join(' ');
