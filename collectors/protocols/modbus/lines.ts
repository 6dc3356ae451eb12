import { type Line, lineKey } from '#model/site';
import type { Clock } from '#model/time';
import { ModbusLine } from './line.ts';

/** Every wire of a site, once: devices with the same line share it. */
export class ModbusLines {
  readonly #clock: Clock;
  readonly #lines = new Map<string, ModbusLine>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(line: Line): ModbusLine {
    const known = this.#lines.get(lineKey(line)) ?? new ModbusLine(line, this.#clock);
    this.#lines.set(lineKey(line), known);
    return known;
  }

  close(): void {
    for (const line of this.#lines.values()) line.close();
  }
}
