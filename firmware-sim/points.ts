import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Driver, ModbusPoint, OpcuaPoint, PointSpec } from '#model/driver';
import { HygateError } from '#model/errors';
import { REASONS } from '#model/quality';
import { isQuantity, type Quantity } from '#model/quantity';
import type { ScenarioDevice } from './scenario.ts';

const common = {
  key: Type.String(),
  name: Type.Optional(Type.Union([Type.String(), Type.Object({ zh: Type.String(), en: Type.String() })])),
  quantity: Type.String(),
  range: Type.Optional(Type.Tuple([Type.Number(), Type.Number()])),
  scale: Type.Optional(Type.Number()),
  offset: Type.Optional(Type.Number()),
};

const modbusPoint = Type.Object({
  ...common,
  table: Type.Enum(['coil', 'discrete', 'input', 'holding']),
  address: Type.Integer({ minimum: 0, maximum: 65_535 }),
  type: Type.Enum(['bool', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'float32', 'float64']),
  order: Type.Optional(Type.Enum(['ABCD', 'CDAB', 'BADC', 'DCBA'])),
  bit: Type.Optional(Type.Integer({ minimum: 0, maximum: 15 })),
  faults: Type.Optional(Type.Array(Type.Object({ raw: Type.Number(), reason: Type.Enum([...REASONS]) }))),
});

const opcuaPoint = Type.Object({ ...common, node: Type.String() });

/** The points of a device of a scenario by its protocol: the driver's, or for a generic driver its own. */
export function pointsOf(device: ScenarioDevice, driver: Driver): readonly PointSpec[] {
  if (driver.points !== 'site') return driver.points;
  const written = device.points ?? [];
  return driver.protocol === 'opcua'
    ? written.map((point) => readOpcua(device.id, point))
    : written.map((point) => readModbus(device.id, point));
}

export const isModbusPoint = (point: PointSpec): point is ModbusPoint => 'modbus' in point;
export const isOpcuaPoint = (point: PointSpec): point is OpcuaPoint => 'opcua' in point;

function readModbus(device: string, written: unknown): ModbusPoint {
  if (!Value.Check(modbusPoint, written)) throw mistake(device, written);
  const { key: _, name: __, quantity: ___, range: ____, ...modbus } = written;
  return { ...specOf(device, written), modbus };
}

function readOpcua(device: string, written: unknown): OpcuaPoint {
  if (!Value.Check(opcuaPoint, written)) throw mistake(device, written);
  const { node, scale, offset } = written;
  return {
    ...specOf(device, written),
    opcua: { node, ...(scale !== undefined && { scale }), ...(offset !== undefined && { offset }) },
  };
}

type Spec = Pick<Static<typeof modbusPoint>, 'key' | 'quantity'> &
  Partial<Pick<Static<typeof modbusPoint>, 'name' | 'range'>>;

function specOf(device: string, { key, name = key, quantity, range }: Spec): PointSpec {
  if (!isQuantity(quantity)) throw mistake(device, quantity);
  const known: Quantity = quantity;
  const text = typeof name === 'string' ? { zh: name, en: name } : name;
  return { key, name: text, quantity: known, ...(range === undefined ? {} : { range }) };
}

const mistake = (device: string, written: unknown): HygateError =>
  new HygateError(
    'config-invalid',
    `device ${device} of the scenario has a wrong point: ${JSON.stringify(written)}`,
  );
