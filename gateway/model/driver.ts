import type { Reason } from './quality.ts';
import type { Quantity } from './quantity.ts';
import type { Text } from './text.ts';
import type { Ms } from './time.ts';

/** The four tables of the Modbus Application Protocol V1.1b3, clause 4.3. */
export type RegisterTable = 'coil' | 'discrete' | 'input' | 'holding';

export type ValueType =
  | 'bool'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

/**
 * How the bytes of a value lie on the wire; A is its most significant byte. ABCD: big-endian. CDAB: words
 * swapped. BADC: bytes swapped inside each word. DCBA: little-endian. A 16-bit value knows ABCD and BADC only; a
 * 64-bit value follows the same rule over its four words (CDAB = words in reverse order).
 */
export type ByteOrder = 'ABCD' | 'CDAB' | 'BADC' | 'DCBA';

/** A raw number by which a device says that it has no value, before scale and offset. */
export interface FaultCode {
  readonly raw: number;
  readonly reason: Reason;
}

export interface ModbusAddress {
  readonly table: RegisterTable;
  /** Protocol address, counted from 0: register 40001 of a manual is `holding` 0. */
  readonly address: number;
  readonly type: ValueType;
  /** ABCD when left out. */
  readonly order?: ByteOrder;
  /** For `bool` in a register: the bit, 0 the least significant. */
  readonly bit?: number;
  /** value = raw × scale + offset; 1 and 0 when left out. */
  readonly scale?: number;
  readonly offset?: number;
  readonly faults?: readonly FaultCode[];
}

export interface OpcuaAddress {
  /** `ns=2;s=Fridge.Temp`, or with the namespace's URI, which survives a server's renumbering: `nsu=urn:x;s=…`. */
  readonly node: string;
  readonly scale?: number;
  readonly offset?: number;
}

export interface PointSpec {
  /** Lower-case kebab, unique in the device. */
  readonly key: string;
  readonly name: Text;
  readonly quantity: Quantity;
  /** The instrument's own range, in the quantity's unit: a value outside is a fault (`out-of-range`). */
  readonly range?: readonly [low: number, high: number];
}

export type ModbusPoint = PointSpec & { readonly modbus: ModbusAddress };
export type OpcuaPoint = PointSpec & { readonly opcua: OpcuaAddress };

/** What a device can bear; each may be narrowed in the site file. */
export interface ModbusTraits {
  /** Registers in one request; the protocol allows 125. */
  readonly maxRegisters?: number;
  /** Coils or discrete inputs in one request; the protocol allows 2000. */
  readonly maxBits?: number;
  /** Registers that nobody asked for, but that may be read to join two neighbours; 0 where holes are illegal. */
  readonly hole?: number;
  /** Rest between two requests. */
  readonly pauseMs?: Ms;
  /** Longest time to an answer. */
  readonly timeoutMs?: Ms;
}

interface DriverBase {
  /** Equal to the folder's name. */
  readonly name: string;
  readonly title: Text;
  /** How often to read when the site file does not say. */
  readonly every: Ms;
}

/** `points` is `'site'` when they stand in the site file, for devices that nobody has written a driver for. */
export interface ModbusDriver extends DriverBase {
  readonly protocol: 'modbus';
  readonly points: readonly ModbusPoint[] | 'site';
  readonly traits?: ModbusTraits;
}

export interface OpcuaDriver extends DriverBase {
  readonly protocol: 'opcua';
  readonly points: readonly OpcuaPoint[] | 'site';
}

/** A device that pushes to the broker by itself. */
export interface MqttDriver extends DriverBase {
  readonly protocol: 'mqtt';
  readonly points: readonly PointSpec[] | 'site';
}

/** A device as a value: default export of `collectors/drivers/<name>/driver.ts`. */
export type Driver = ModbusDriver | OpcuaDriver | MqttDriver;
export type Protocol = Driver['protocol'];
