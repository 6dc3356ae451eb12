import type { Driver, PointSpec } from '#model/driver';
import { pointId } from '#model/point';
import { quantitySpec } from '#model/quantity';
import type { Link, SiteDevice } from '#model/site';
import type { DeviceFile, ModbusDeviceFile, MqttDeviceFile, OpcuaDeviceFile } from './device-file.ts';
import type { Path } from './mistakes.ts';
import { suggest } from './nearest.ts';
import { resolveRules } from './resolve-limits.ts';
import { resolveModbusLink, resolveMqttLink, resolveOpcuaLink } from './resolve-link.ts';
import {
  choosePoints,
  resolveModbusPoints,
  resolveOpcuaPoints,
  resolvePlainPoints,
  textOf,
} from './resolve-points.ts';
import { resolveCalibration } from './resolve-time.ts';
import { ms, type World } from './world.ts';

/** The device as it runs; undefined when a mistake leaves nothing to run. */
export function resolveDevice(
  file: DeviceFile,
  path: Path,
  timeZone: string,
  world: World,
): SiteDevice | undefined {
  const driver = world.drivers.get(file.driver);
  if (driver === undefined) {
    const message = { zh: `没有驱动 "${file.driver}"`, en: `there is no driver "${file.driver}"` };
    world.mistakes.add([...path, 'driver'], message, suggest(file.driver, world.drivers.keys()));
    return undefined;
  }
  const every = file.every === undefined ? driver.every : ms(file.every);
  const { specs, link } = connected(file, driver, path, world);
  const rules = resolveRules({ id: file.id, specs, every, limits: file.limits, path }, world);
  if (link === undefined) return undefined;
  const { zh, en } = driver.title;
  return {
    id: file.id,
    area: file.area,
    name: file.name === undefined ? { zh: `${zh} ${file.id}`, en: `${en} ${file.id}` } : textOf(file.name),
    driver: driver.name,
    every,
    link,
    calibration: resolveCalibration(file.calibration, path, timeZone, world),
    points: specs.map((spec) => ({
      id: pointId(file.id, spec.key),
      key: spec.key,
      device: file.id,
      area: file.area,
      name: spec.name,
      quantity: spec.quantity,
      range: spec.range ?? quantitySpec(spec.quantity).range,
      every,
      rules: rules.get(spec.key) ?? [],
    })),
  };
}

interface Connected {
  readonly specs: readonly PointSpec[];
  readonly link: Link | undefined;
}

/** The schema of the device's protocol has judged the file, so it has that form. */
function connected(file: DeviceFile, driver: Driver, path: Path, world: World): Connected {
  switch (driver.protocol) {
    case 'modbus': {
      const device = file as ModbusDeviceFile;
      const resolve = (files: NonNullable<ModbusDeviceFile['points']>, at: Path) =>
        resolveModbusPoints(files, at, world);
      const points = choosePoints(driver, device.points, path, { world, resolve });
      return {
        specs: points,
        link: resolveModbusLink(device, { traits: driver.traits, points }, path, world),
      };
    }
    case 'opcua': {
      const device = file as OpcuaDeviceFile;
      const resolve = (files: NonNullable<OpcuaDeviceFile['points']>, at: Path) =>
        resolveOpcuaPoints(files, at, world);
      const points = choosePoints(driver, device.points, path, { world, resolve });
      return { specs: points, link: resolveOpcuaLink(device, points, path, world) };
    }
    case 'mqtt': {
      const device = file as MqttDeviceFile;
      const resolve = (files: NonNullable<MqttDeviceFile['points']>, at: Path) =>
        resolvePlainPoints(files, at, world);
      const points = choosePoints(driver, device.points, path, { world, resolve });
      return { specs: points, link: resolveMqttLink(device) };
    }
  }
}
