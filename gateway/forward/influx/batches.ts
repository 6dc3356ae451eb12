import { setImmediate } from 'node:timers/promises';
import { type Clock, type EpochMs, SECOND } from '#model/time';
import { gather } from './gather.ts';
import type { LineSource, Numbered } from './line-source.ts';

/** Some of what is followed, as lines. */
export interface Batch {
  readonly lines: readonly string[];
  /** Readings of points that the site does not have (any more). */
  readonly unknown: number;
  /** The last number in it. */
  readonly last: number;
  /** Since when the first of it waits. */
  readonly since: EpochMs;
  /** As many as go into one request: there is a backlog. */
  readonly full: boolean;
}

export interface BatchesOptions<Item extends Numbered> {
  readonly source: LineSource<Item>;
  /** Lines in one batch. */
  readonly size: number;
  readonly clock: Clock;
}

/** A reading waits no longer than this for others to fill its request. */
const PATIENCE = SECOND;

export async function* batches<Item extends Numbered>(
  items: AsyncIterable<Item>,
  { source, size, clock }: BatchesOptions<Item>,
): AsyncGenerator<Batch> {
  const gathering = { size: source.size, enough: size, patience: PATIENCE, clock };
  for await (const group of gather(items, gathering)) {
    const made = group.flatMap(source.lines);
    const lines = made.filter((line) => line !== undefined);
    const [last, since] = [group.at(-1)?.seq ?? 0, group[0]?.arrived ?? 0];
    yield { lines, unknown: made.length - lines.length, last, since, full: made.length >= size };
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
