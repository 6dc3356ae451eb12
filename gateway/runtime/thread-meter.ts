import type { Meter } from '#model/meter';

type Call = readonly [
  method: keyof Meter,
  name: string,
  value: number,
  labels: Readonly<Record<string, string>>,
];

/**
 * A meter inside a worker thread: adds up what it is told and hands it to the main thread in one message when
 * `flush` is called, so that counting costs nothing per reading.
 */
export class ThreadMeter implements Meter {
  readonly #sums = new Map<string, Call>();
  #timings: Call[] = [];

  count(name: string, labels: Readonly<Record<string, string>> = {}, by = 1): void {
    const key = keyOf(name, labels);
    this.#sums.set(key, ['count', name, (this.#sums.get(key)?.[2] ?? 0) + by, labels]);
  }

  gauge(name: string, value: number, labels: Readonly<Record<string, string>> = {}): void {
    this.#sums.set(keyOf(name, labels), ['gauge', name, value, labels]);
  }

  time(name: string, seconds: number, labels: Readonly<Record<string, string>> = {}): void {
    this.#timings.push(['time', name, seconds, labels]);
  }

  flush(): readonly MeterCall[] {
    const calls = [...this.#sums.values(), ...this.#timings];
    this.#sums.clear();
    this.#timings = [];
    return calls;
  }
}

/** One call of a ThreadMeter, as it crosses the thread boundary. */
export type MeterCall = Call;

/** Plays on the main thread's meter what a ThreadMeter collected. */
export function replay(calls: readonly MeterCall[], meter: Meter): void {
  for (const [method, name, value, labels] of calls) {
    if (method === 'count') meter.count(name, labels, value);
    else if (method === 'gauge') meter.gauge(name, value, labels);
    else meter.time(name, value, labels);
  }
}

const keyOf = (name: string, labels: Readonly<Record<string, string>>): string =>
  `${name} ${Object.values(labels).join(' ')}`;
