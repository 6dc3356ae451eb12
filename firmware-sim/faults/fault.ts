import type { Ms } from '#model/time';

/**
 * Everything that can be made to go wrong, and where. `answer`: one device's Modbus answers. `line`: its whole
 * Modbus port. `sensor`: what it measures. `physics`: what happens to it. `opcua`, `logger`: devices of that kind.
 */
export const FAULTS = {
  /** Takes requests and never answers. */
  silent: 'answer',
  /** Closes the connection after each request. */
  drop: 'answer',
  /** Answers after `delay` (200ms); the line waits for it. */
  slow: 'answer',
  /** Answers after `delay` (1500ms), also into a later request; the line goes on meanwhile. */
  late: 'answer',
  /** Answers with the exception `code` (4, device failure). */
  exception: 'answer',
  /** Answers with exception 6, device busy. */
  busy: 'answer',
  /** Answers with random bytes. */
  garbage: 'answer',
  /** Answers in another unit's name. */
  'wrong-unit': 'answer',
  /** Answers with another transaction id (Modbus TCP only). */
  'wrong-transaction': 'answer',
  /** Answers with a false checksum (RTU only). */
  'bad-crc': 'answer',
  /** Answers with half a frame. */
  truncated: 'answer',
  /** Answers twice in one segment: the second frame is one that nobody asked for. */
  concatenated: 'answer',
  /** Nobody listens at the port. */
  refuse: 'line',
  /** Shows the same number for ever; one `point`, or all. */
  'sensor-stuck': 'sensor',
  /** The sensor is broken: the device's own fault code, or NaN where it has none. */
  'sensor-nan': 'sensor',
  /** Shows `rate` more each hour, in the point's unit (1). */
  drift: 'sensor',
  /** Mains are gone. Without a device: the whole site's. */
  'power-cut': 'physics',
  /** The compressor stands still: its motor, its relay or its gas. */
  'compressor-failure': 'physics',
  /** Somebody left the door, or the lid of a box, open. */
  'door-open': 'physics',
  /** The chlorine pump stands still. */
  'dosing-failure': 'physics',
  /** Something eats the chlorine. */
  'chlorine-loss': 'physics',
  /** A school class jumps into the pool. */
  'flood-of-bathers': 'physics',
  /** A strong source is carried past the detector. */
  'source-passage': 'physics',
  /** Values come with status BadSensorFailure. */
  'bad-status': 'opcua',
  /** Value and source time stand still while the server answers. */
  'frozen-value': 'opcua',
  /** The server is away. */
  'server-down': 'opcua',
  /** The logger is out of reach and writes into its memory. */
  offline: 'logger',
  /** Sends each message twice. */
  'duplicate-sends': 'logger',
  /** Its clock is wrong by `offset` (-1d). */
  'wrong-clock': 'logger',
} as const satisfies Record<string, FaultLayer>;

export type FaultLayer = 'answer' | 'line' | 'sensor' | 'physics' | 'opcua' | 'logger';
export type FaultName = keyof typeof FAULTS;
type Of<Layer extends FaultLayer> = {
  [Name in FaultName]: (typeof FAULTS)[Name] extends Layer ? Name : never;
}[FaultName];
export type AnswerFault = Of<'answer'>;
export type PhysicsFault = Of<'physics'>;

export const isPhysicsFault = (name: FaultName): name is PhysicsFault => FAULTS[name] === 'physics';
export const isAnswerFault = (name: FaultName): name is AnswerFault => FAULTS[name] === 'answer';

export interface FaultOptions {
  /** The point's key, for sensor faults; all points when left out. */
  readonly point?: string;
  readonly delay?: Ms;
  readonly code?: number;
  readonly rate?: number;
  readonly offset?: Ms;
}
