import type { ModbusPoint, OpcuaPoint, PointSpec } from '#model/driver';
import { quantitySpec } from '#model/quantity';
import type { Text } from '#model/text';
import type { ModbusPointFile, OpcuaPointFile, PlainPointFile } from './device-file.ts';
import type { NameFile } from './fields.ts';
import type { Path } from './mistakes.ts';
import { addressProblem, refuseOverlaps } from './registers.ts';
import { refuseRepeats, type World } from './world.ts';

export const textOf = (name: NameFile): Text => (typeof name === 'string' ? { zh: name, en: name } : name);

/** The driver's points; those of the site file where the driver leaves them to it. */
export function choosePoints<Point, File>(
  driver: { readonly name: string; readonly points: readonly Point[] | 'site' },
  given: File[] | undefined,
  path: Path,
  { world, resolve }: { world: World; resolve: (files: File[], path: Path) => readonly Point[] },
): readonly Point[] {
  const at = [...path, 'points'];
  if (driver.points !== 'site') {
    if (given !== undefined) {
      const message = {
        zh: `驱动 ${driver.name} 自带测点`,
        en: `the driver ${driver.name} has its own points`,
      };
      world.mistakes.add(at, message, { zh: '请删去 points', en: 'leave points out' });
    }
    return driver.points;
  }
  if (given !== undefined && given.length > 0) return resolve(given, at);
  const message = {
    zh: `驱动 ${driver.name} 不带测点`,
    en: `the driver ${driver.name} has no points of its own`,
  };
  world.mistakes.add(at, message, { zh: '请至少列出一个测点', en: 'list at least one point' });
  return [];
}

export function resolveModbusPoints(
  files: readonly ModbusPointFile[],
  path: Path,
  world: World,
): ModbusPoint[] {
  checkPoints(files, path, world);
  const points = files.map(({ key, name, quantity, range, ...modbus }) => ({
    ...specOf({ key, quantity, ...(name && { name }), ...(range && { range }) }),
    modbus,
  }));
  points.forEach(({ modbus }, index) => {
    if (world.mistakes.broken([...path, index])) return;
    const problem = addressProblem(modbus);
    if (problem !== undefined)
      world.mistakes.add([...path, index, problem.key], problem.message, problem.fix);
  });
  refuseOverlaps(points, path, world);
  return points;
}

export function resolveOpcuaPoints(files: readonly OpcuaPointFile[], path: Path, world: World): OpcuaPoint[] {
  checkPoints(files, path, world);
  const nodes = files.map(({ node }, index) => ({ name: node, path: [...path, index, 'node'] }));
  refuseRepeats({ zh: '另一个测点的节点', en: 'point’s node' }, nodes, world);
  return files.map(({ key, name, quantity, range, ...opcua }) => ({
    ...specOf({ key, quantity, ...(name && { name }), ...(range && { range }) }),
    opcua,
  }));
}

export function resolvePlainPoints(files: readonly PlainPointFile[], path: Path, world: World): PointSpec[] {
  checkPoints(files, path, world);
  return files.map(specOf);
}

function specOf({ key, name, quantity, range }: PlainPointFile): PointSpec {
  return {
    key,
    name: name === undefined ? quantitySpec(quantity).name : textOf(name),
    quantity,
    ...(range && { range }),
  };
}

function checkPoints(files: readonly PlainPointFile[], path: Path, world: World): void {
  const named = files.map(({ key }, index) => ({ name: key, path: [...path, index, 'key'] }));
  refuseRepeats({ zh: '此设备的另一个测点', en: 'point of this device' }, named, world);
  files.forEach(({ quantity, range }, index) => {
    if (range !== undefined) checkRange(quantity, range, [...path, index, 'range'], world);
  });
}

function checkRange(
  quantity: PlainPointFile['quantity'],
  [low, high]: readonly [number, number],
  path: Path,
  { mistakes }: World,
): void {
  const { range, symbol } = quantitySpec(quantity);
  if (low >= high)
    mistakes.add(
      path,
      { zh: `量程从 ${low} 开始，到 ${high} 结束`, en: `the range begins at ${low} and ends at ${high}` },
      { zh: '请先写较小的数', en: 'the lower number first' },
    );
  else if (low < range[0] || high > range[1]) {
    mistakes.add(
      path,
      {
        zh: `没有仪表的 ${quantity} 量程是 ${low} 到 ${high} ${symbol}`.trimEnd(),
        en: `no instrument shows ${quantity} from ${low} to ${high} ${symbol}`.trimEnd(),
      },
      { zh: `应在 ${range[0]} 到 ${range[1]} 之间`, en: `stay within ${range[0]} to ${range[1]}` },
    );
  }
}
