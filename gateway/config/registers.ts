import type { ModbusAddress, ModbusPoint, ValueType } from '#model/driver';
import type { Mistakes, Path, Problem } from './mistakes.ts';
import type { World } from './world.ts';

const WORDS: Readonly<Record<ValueType, number>> = {
  bool: 1,
  int16: 1,
  uint16: 1,
  int32: 2,
  uint32: 2,
  float32: 2,
  int64: 4,
  uint64: 4,
  float64: 4,
};

const isBitTable = ({ table }: ModbusAddress): boolean => table === 'coil' || table === 'discrete';
const endOf = (address: ModbusAddress): number =>
  address.address + (isBitTable(address) ? 1 : WORDS[address.type]);

/** What is wrong with an address by itself. */
export function addressProblem(address: ModbusAddress): (Problem & { readonly key: string }) | undefined {
  const { table, type, order, bit } = address;
  if (isBitTable(address) && type !== 'bool') {
    return {
      key: 'type',
      message: { zh: `${table} 只有一位，放不下 ${type}`, en: `a ${table} is one bit and holds no ${type}` },
      fix: { zh: '应为 type: bool', en: 'type: bool' },
    };
  }
  if (isBitTable(address) && bit !== undefined) {
    return {
      key: 'bit',
      message: { zh: `${table} 只有一位`, en: `a ${table} is one bit` },
      fix: { zh: '请删去 bit', en: 'leave bit out' },
    };
  }
  if (bit !== undefined && type !== 'bool') {
    return {
      key: 'bit',
      message: { zh: `bit 不能与 ${type} 同用`, en: `bit does not go with ${type}` },
      fix: { zh: '请删去，或写 type: bool', en: 'leave it out, or type: bool' },
    };
  }
  if (WORDS[type] === 1 && (order === 'CDAB' || order === 'DCBA')) {
    return {
      key: 'order',
      message: { zh: `16 位的值没有字节顺序 ${order}`, en: `a 16-bit value has no order ${order}` },
      fix: { zh: '应为 ABCD 或 BADC', en: 'ABCD or BADC' },
    };
  }
  if (endOf(address) > 65_536) {
    return {
      key: 'address',
      message: {
        zh: `地址 ${address.address} 处的 ${type} 超出寄存器 65535`,
        en: `${type} at ${address.address} ends beyond register 65535`,
      },
      fix: { zh: '请核对地址', en: 'check the address' },
    };
  }
  return undefined;
}

interface Placed {
  readonly key: string;
  readonly address: ModbusAddress;
  readonly index: number;
}

/** No two points share a register; bits of one word may. The later point of the file is the one named. */
export function refuseOverlaps(points: readonly ModbusPoint[], path: Path, { mistakes }: World): void {
  const placed = points.map((point, index): Placed => ({ key: point.key, address: point.modbus, index }));
  const sound = placed.filter(({ index }) => !mistakes.broken([...path, index]));
  sound.sort(byAddress);
  let before: Placed | undefined;
  let widest: Placed | undefined;
  for (const point of sound) {
    for (const other of new Set([widest, before])) {
      if (other !== undefined && overlap(other.address, point.address))
        refuseOverlap(other, point, path, mistakes);
    }
    before = point;
    if (widest === undefined || !sameTable(widest, point) || endOf(point.address) > endOf(widest.address)) {
      widest = point;
    }
  }
}

function refuseOverlap(one: Placed, other: Placed, path: Path, mistakes: Mistakes): void {
  const [first, second] = one.index < other.index ? [one, other] : [other, one];
  const [here, there] = [spanText(second.address), spanText(first.address)];
  mistakes.add(
    [...path, second.index, 'address'],
    {
      zh: `${here} 与测点 "${first.key}"（${there}）重叠`,
      en: `${here} overlaps point "${first.key}" (${there})`,
    },
    { zh: '一个寄存器只属于一个测点', en: 'each register belongs to one point' },
  );
}

const sameTable = (a: Placed, b: Placed): boolean => a.address.table === b.address.table;

const byAddress = ({ address: a }: Placed, { address: b }: Placed): number =>
  a.table.localeCompare(b.table) || a.address - b.address || (a.bit ?? 0) - (b.bit ?? 0);

/** `b` does not begin before `a`. */
function overlap(a: ModbusAddress, b: ModbusAddress): boolean {
  if (a.table !== b.table || b.address >= endOf(a)) return false;
  const twoBits = !isBitTable(a) && a.type === 'bool' && b.type === 'bool' && (a.bit ?? 0) !== (b.bit ?? 0);
  return !twoBits;
}

function spanText(address: ModbusAddress): string {
  const last = endOf(address) - 1;
  const span = last === address.address ? `${last}` : `${address.address}-${last}`;
  return address.type === 'bool' && !isBitTable(address)
    ? `${address.table} ${span} bit ${address.bit ?? 0}`
    : `${address.table} ${span}`;
}
