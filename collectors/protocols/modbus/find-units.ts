import type { Line } from '#model/site';
import type { Clock, Ms } from '#model/time';
import { asFault, type ModbusFault } from './fault.ts';
import { ModbusLine } from './line.ts';

export interface FindUnitsOptions {
  readonly line: Line;
  readonly units: readonly number[];
  readonly clock: Clock;
  /** Longest time to an answer. */
  readonly timeoutMs: Ms;
  /** Rest on the wire before each question. */
  readonly pauseMs: Ms;
}

export interface FoundUnits {
  readonly units: readonly number[];
  /** Why nobody could be asked, for people; null when the wire could be opened. */
  readonly unreachable: string | null;
}

/** A gateway says with these that nobody is behind it (Modbus Application Protocol V1.1b3, clause 7: 10 and 11). */
const NOBODY_THERE: ReadonlySet<number | null> = new Set([10, 11]);

/**
 * Which units answer, one question at a time, one register each, reading only. An exception is an answer, too: somebody
 * is there who has no such register.
 */
export async function findUnits(options: FindUnitsOptions): Promise<FoundUnits> {
  const { line, units, clock } = options;
  const wire = new ModbusLine(line, clock);
  const found: number[] = [];
  try {
    for (const unit of units) {
      const fault = await askOne(wire, unit, options);
      if (fault === null) found.push(unit);
      else if (fault.reason === 'comm-refused') return { units: found, unreachable: fault.message };
    }
    return { units: found, unreachable: null };
  } finally {
    wire.close();
  }
}

/** Null: somebody answered. */
async function askOne(
  wire: ModbusLine,
  unit: number,
  options: FindUnitsOptions,
): Promise<ModbusFault | null> {
  const { timeoutMs, pauseMs } = options;
  const question = { unit, table: 'holding', address: 0, count: 1, timeoutMs, pauseMs } as const;
  try {
    await wire.read({ ...question, periodMs: 2 * timeoutMs });
    return null;
  } catch (error) {
    const fault = asFault(error);
    return fault.reason === 'device-exception' && !NOBODY_THERE.has(fault.exception) ? null : fault;
  }
}
