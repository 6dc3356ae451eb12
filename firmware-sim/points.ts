import { Check, type XStatic } from 'typebox/schema';
import type { Driver, ModbusPoint, OpcuaPoint, PointSpec } from '#model/driver';
import { HygateError } from '#model/errors';
import { REASONS } from '#model/quality';
import { isQuantity, type Quantity } from '#model/quantity';
import type { ScenarioDevice } from './scenario.ts';
import { integer, list, name, number, object, oneOf, text } from './schema.ts';

const must = { key: text, quantity: text };
const may = {
  name,
  range: { type: 'array', prefixItems: [number, number], minItems: 2, maxItems: 2 },
} as const;
const scaling = { scale: number, offset: number };

const modbusPoint = object(
  {
    ...must,
    table: oneOf(['coil', 'discrete', 'input', 'holding']),
    address: integer({ minimum: 0, maximum: 65_535 }),
    type: oneOf(['bool', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'float32', 'float64']),
  },
  {
    ...may,
    ...scaling,
    order: oneOf(['ABCD', 'CDAB', 'BADC', 'DCBA']),
    bit: integer({ minimum: 0, maximum: 15 }),
    faults: list(object({ raw: number, reason: oneOf(REASONS) })),
  },
);

const opcuaPoint = object({ ...must, node: text }, { ...may, ...scaling });

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
  if (!Check(modbusPoint, written)) throw mistake(device, written);
  const { key: _, name: __, quantity: ___, range: ____, ...modbus } = written;
  return { ...specOf(device, written), modbus };
}

function readOpcua(device: string, written: unknown): OpcuaPoint {
  if (!Check(opcuaPoint, written)) throw mistake(device, written);
  const { node, scale, offset } = written;
  return {
    ...specOf(device, written),
    opcua: { node, ...(scale !== undefined && { scale }), ...(offset !== undefined && { offset }) },
  };
}

type Spec = Pick<XStatic<typeof modbusPoint>, 'key' | 'quantity'> &
  Partial<Pick<XStatic<typeof modbusPoint>, 'name' | 'range'>>;

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
