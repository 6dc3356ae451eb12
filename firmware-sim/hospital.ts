import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Driver } from '#model/driver';
import { HygateError } from '#model/errors';
import type { Log } from '#model/log';
import { type Clock, type Ms, parseDuration } from '#model/time';
import { SimDevice } from './device.ts';
import { Logger } from './logger/logger.ts';
import { ModbusLine } from './modbus/line.ts';
import { Registers } from './modbus/registers.ts';
import { OpcuaStation } from './opcua/station.ts';
import { modelFor, startModel } from './physics/models.ts';
import { patternProcess } from './physics/pattern.ts';
import { seededRandom } from './physics/random.ts';
import { isModbusPoint, isOpcuaPoint, pointsOf } from './points.ts';
import type { Scenario, ScenarioDevice } from './scenario.ts';

export interface HospitalOptions {
  readonly scenario: Scenario;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly seed: number;
  /** Where the OPC UA servers keep their keys between starts. */
  readonly dir: string;
  readonly host: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A device on its wire. */
export type Resident = { readonly spec: ScenarioDevice; readonly device: SimDevice } & (
  | {
      readonly protocol: 'modbus';
      readonly line: ModbusLine;
      readonly unit: number;
      readonly registers: Registers;
    }
  | { readonly protocol: 'opcua'; readonly station: OpcuaStation }
  | { readonly protocol: 'mqtt'; readonly logger: Logger }
);

/** Builds a scenario's devices and lays their wires; starts nothing. */
export class Hospital {
  readonly residents: readonly Resident[];
  readonly lines = new Map<string, ModbusLine>();
  readonly stations: OpcuaStation[] = [];
  readonly #options: HospitalOptions;

  constructor(options: HospitalOptions) {
    this.#options = options;
    this.residents = options.scenario.devices.map((spec, index) => this.#house(spec, index));
  }

  #house(spec: ScenarioDevice, index: number): Resident {
    const { drivers, seed } = this.#options;
    const driver = drivers.get(spec.driver);
    if (driver === undefined) {
      throw new HygateError(
        'driver-unknown',
        `device ${spec.id} wants the driver "${spec.driver}", which is not there`,
      );
    }
    const points = pointsOf(spec, driver);
    const { physics = modelFor(driver.name, points) } = spec;
    const process =
      physics === 'pattern'
        ? patternProcess(index, points)
        : startModel(physics, seededRandom(seed, spec.id));
    const random = seededRandom(seed, `${spec.id} instruments`);
    const device = new SimDevice({ id: spec.id, protocol: driver.protocol, points, process, random });
    return this.#connect(spec, device, driver);
  }

  #connect(spec: ScenarioDevice, device: SimDevice, driver: Driver): Resident {
    if (driver.protocol === 'modbus') return this.#onLine(spec, device, driver.traits ?? {});
    if (driver.protocol === 'opcua') return this.#onStation(spec, device);
    const { scenario, seed, clock, log } = this.#options;
    const every = durationOf(spec.every) ?? driver.every;
    const password = secretOf(seed, spec.id);
    const logger = new Logger({ device, site: scenario.site.id, password, every, clock, log });
    return { spec, device, protocol: 'mqtt', logger };
  }

  #onLine(
    spec: ScenarioDevice,
    device: SimDevice,
    traits: ConstructorParameters<typeof Registers>[1],
  ): Resident {
    const { host, clock, seed } = this.#options;
    const key = spec.line ?? ` ${spec.id}`;
    const kind = spec.line === undefined ? 'tcp' : 'rtu-over-tcp';
    const random = seededRandom(seed, `line ${key}`);
    const line = this.lines.get(key) ?? new ModbusLine({ kind, host, clock, random });
    this.lines.set(key, line);
    const unit = spec.unit ?? 1;
    if (line.units.has(unit)) {
      throw new HygateError(
        'config-invalid',
        `device ${spec.id} has the unit ${unit} of its line, which is taken`,
      );
    }
    const addresses = device.points.filter(isModbusPoint).map((point) => point.modbus);
    const registers = new Registers(addresses, traits);
    line.units.set(unit, { registers, faults: device.faults });
    return { spec, device, protocol: 'modbus', line, unit, registers };
  }

  /** Devices share a server as long as their nodes differ: a server is a thread with 150 MB of code and types. */
  #onStation(spec: ScenarioDevice, device: SimDevice): Resident {
    const points = device.points.filter(isOpcuaPoint);
    const station = this.stations.find((other) => other.hasRoomFor(points)) ?? this.#newStation();
    station.add(device, points);
    return { spec, device, protocol: 'opcua', station };
  }

  #newStation(): OpcuaStation {
    const { dir, host, seed, clock, log } = this.#options;
    const name = `opcua-${this.stations.length + 1}`;
    const password = secretOf(seed, name);
    const pkiDir = join(dir, name);
    const station = new OpcuaStation({ host, pkiDir, user: 'hygate', password, clock, log });
    this.stations.push(station);
    return station;
  }
}

/** The same password at each start with the same seed: what it guards is a simulator on loopback. */
const secretOf = (seed: number, name: string): string =>
  createHash('sha256').update(`${seed} ${name}`).digest('base64url').slice(0, 20);

const durationOf = (text: string | undefined): Ms | undefined =>
  text === undefined ? undefined : parseDuration(text);
