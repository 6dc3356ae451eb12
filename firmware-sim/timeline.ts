import { type Ms, parseDuration } from '#model/time';
import type { FaultName, FaultOptions } from './faults/fault.ts';
import type { ScenarioFault } from './scenario.ts';

export interface Turn {
  readonly at: Ms;
  readonly on: boolean;
  readonly device: string | null;
  readonly fault: FaultName;
  readonly options: FaultOptions;
}

/** When which fault of a scenario begins and ends, in simulated time since the start. */
export class Timeline {
  readonly #turns: Turn[];

  constructor(faults: readonly ScenarioFault[]) {
    this.#turns = faults.flatMap(turnsOf).sort((a, b) => a.at - b.at);
  }

  /** Those whose time has come, each once. */
  due(now: Ms): readonly Turn[] {
    const later = this.#turns.findIndex((turn) => turn.at > now);
    return this.#turns.splice(0, later < 0 ? this.#turns.length : later);
  }
}

function turnsOf({ device: id, fault, at, for: length, ...rest }: ScenarioFault): Turn[] {
  const device = id ?? null;
  const from = parseDuration(at) ?? 0;
  const options = optionsOf(rest);
  const begin = { at: from, on: true, device, fault, options };
  const lasts = length === undefined ? undefined : parseDuration(length);
  return lasts === undefined ? [begin] : [begin, { ...begin, at: from + lasts, on: false }];
}

type Written = Omit<ScenarioFault, 'device' | 'fault' | 'at' | 'for'>;

function optionsOf({ delay, offset, ...rest }: Written): FaultOptions {
  return {
    ...rest,
    ...(delay !== undefined && { delay: parseDuration(delay) ?? 0 }),
    ...(offset !== undefined && { offset: signedDuration(offset) }),
  };
}

/** `-1d`, `2h` */
const signedDuration = (text: string): Ms =>
  text.startsWith('-') ? -(parseDuration(text.slice(1)) ?? 0) : (parseDuration(text) ?? 0);
