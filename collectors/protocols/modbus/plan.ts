import type { ModbusAddress, ModbusTraits, RegisterTable } from '#model/driver';
import { HygateError } from '#model/errors';
import { registersOf } from './codec.ts';

export interface Addressed {
  readonly key: string;
  readonly address: ModbusAddress;
}

/** One read of neighbouring registers or bits, and the points that lie in it. */
export interface ModbusRequest<P extends Addressed = Addressed> {
  readonly table: RegisterTable;
  readonly address: number;
  /** Registers, or bits of a coil or discrete table. */
  readonly count: number;
  /** In the order of their addresses. */
  readonly points: readonly P[];
}

export type PlanTraits = Pick<Required<ModbusTraits>, 'maxRegisters' | 'maxBits' | 'hole'>;

export const isBits = (table: RegisterTable): boolean => table === 'coil' || table === 'discrete';

/** Registers or bits that a point takes in its table. */
export const sizeOf = ({ table, type }: ModbusAddress): number => (isBits(table) ? 1 : registersOf(type));

const startOf = (point: Addressed): number => point.address.address;
const endOf = (point: Addressed): number => point.address.address + sizeOf(point.address);

/** Where a point's data begin in the answer to the request: a byte, or a bit of a coil or discrete table. */
export const placeOf = (point: Addressed, request: Pick<ModbusRequest, 'table' | 'address'>): number =>
  (startOf(point) - request.address) * (isBits(request.table) ? 1 : 2);

/**
 * The fewest requests that read all points, none of which is split. In order of addresses, each request takes what it
 * can: a point that does not fit begins the next, which then also holds every later point that would still have fitted
 * (it must lie inside the one that did not), so no choice is ever regretted.
 */
export function plan<P extends Addressed>(
  points: readonly P[],
  traits: PlanTraits,
): readonly ModbusRequest<P>[] {
  const mistakes = points.flatMap((point) => mistakesOf(point, traits));
  if (mistakes.length > 0) throw new HygateError('config-invalid', mistakes.join('; '));
  const tables: readonly RegisterTable[] = ['coil', 'discrete', 'input', 'holding'];
  return tables.flatMap((table) =>
    planTable(
      points.filter((point) => point.address.table === table),
      isBits(table) ? traits.maxBits : traits.maxRegisters,
      traits.hole,
    ),
  );
}

function planTable<P extends Addressed>(points: readonly P[], cap: number, hole: number): ModbusRequest<P>[] {
  const runs: { points: P[]; start: number; end: number }[] = [];
  for (const point of points.toSorted((a, b) => startOf(a) - startOf(b))) {
    const run = runs.at(-1);
    const end = Math.max(run?.end ?? 0, endOf(point));
    if (run !== undefined && startOf(point) - run.end <= hole && end - run.start <= cap) {
      run.points.push(point);
      run.end = end;
    } else {
      runs.push({ points: [point], start: startOf(point), end: endOf(point) });
    }
  }
  return runs.map((run) => requestOf(run.points));
}

function requestOf<P extends Addressed>(points: readonly P[]): ModbusRequest<P> {
  const [first] = points;
  if (first === undefined) throw new Error('a request without points');
  const end = Math.max(...points.map(endOf));
  return { table: first.address.table, address: startOf(first), count: end - startOf(first), points };
}

/** The request in two, or undefined when all its points begin at one address. */
export function halves<P extends Addressed>(
  request: ModbusRequest<P>,
): readonly [ModbusRequest<P>, ModbusRequest<P>] | undefined {
  const starts = [...new Set(request.points.map(startOf))];
  const middle = starts[Math.ceil(starts.length / 2)];
  if (middle === undefined) return undefined;
  return [
    requestOf(request.points.filter((point) => startOf(point) < middle)),
    requestOf(request.points.filter((point) => startOf(point) >= middle)),
  ];
}

/** The protocol's address space: 0 to 65,535 (Modbus Application Protocol V1.1b3, clause 4.4). */
const ADDRESSES = 65_536;

/** What is wrong with a point's address, each as a sentence with what would be right. */
export function mistakesOf({ key, address: spec }: Addressed, traits: PlanTraits): readonly string[] {
  const { table, address, type, order = 'ABCD', bit } = spec;
  const mistakes: string[] = [];
  const say = (wrong: boolean, text: string) => wrong && mistakes.push(`point ${key}: ${text}`);
  const size = sizeOf(spec);
  const cap = isBits(table) ? traits.maxBits : traits.maxRegisters;
  say(!Number.isInteger(address) || address < 0, `address ${address} must be a whole number from 0`);
  say(address + size > ADDRESSES, `${type} at ${address} reaches beyond the last address, ${ADDRESSES - 1}`);
  say(size > cap, `${type} takes ${size} registers, but the device gives at most ${cap} in one request`);
  say(isBits(table) && type !== 'bool', `a ${table} holds a bool, not ${type}`);
  say(
    !isBits(table) && registersOf(type) === 1 && (order === 'CDAB' || order === 'DCBA'),
    `order ${order} needs at least two registers; ${type} knows ABCD and BADC`,
  );
  say(bit !== undefined && (type !== 'bool' || isBits(table)), 'bit is for a bool in a register');
  say(
    bit !== undefined && !(Number.isInteger(bit) && bit >= 0 && bit <= 15),
    `bit ${bit} must be from 0 to 15`,
  );
  return mistakes;
}
