import { setImmediate } from 'node:timers/promises';
import type { Entry } from '#model/journal';
import { type Clock, SECOND } from '#model/time';
import { gather } from './gather.ts';
import type { LineEncoder } from './line.ts';

/** Some rows of the journal as lines. */
export interface Batch {
  readonly lines: readonly string[];
  /** Readings of points that the site does not have (any more). */
  readonly unknown: number;
  /** The last of its rows. */
  readonly last: number;
  /** As many as go into one request: there is a backlog. */
  readonly full: boolean;
}

export interface BatchesOptions {
  readonly encode: LineEncoder;
  /** Readings in one batch. */
  readonly size: number;
  readonly clock: Clock;
}

/** A reading waits no longer than this for others to fill its request. */
const PATIENCE = SECOND;

export async function* batches(
  rows: AsyncIterable<Entry>,
  { encode, size, clock }: BatchesOptions,
): AsyncGenerator<Batch> {
  for await (const group of gather(rows, { size: sizeOf, enough: size, patience: PATIENCE, clock })) {
    const lines: string[] = [];
    let [unknown, last] = [0, 0];
    for (const entry of group) {
      last = entry.seq;
      if (entry.kind !== 'readings') continue;
      for (const reading of entry.readings) {
        const line = encode(reading);
        if (line === undefined) unknown += 1;
        else lines.push(line);
      }
    }
    yield { lines, unknown, last, full: lines.length + unknown >= size };
  }
}

/**
 * The same, with the next one made while the last is used: in turns of the event loop after that in which the user got
 * it, so that what the user sends goes out first. Whoever stops listening is not met by the next one's failure.
 */
export async function* oneAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  const ask = () => {
    const asked = setImmediate().then(() => iterator.next());
    asked.catch(() => undefined);
    return asked;
  };
  for (let next = ask(); ; ) {
    const item = await next;
    if (item.done) return;
    next = ask();
    yield item.value;
  }
}

const sizeOf = (entry: Entry): number => (entry.kind === 'readings' ? entry.readings.length : 0);
