import type { Clock, Ms } from '#model/time';

export interface GatherOptions<T> {
  /** What one item counts. */
  readonly size: (item: T) => number;
  /** Enough for one batch. */
  readonly enough: number;
  /** The longest time that the first item waits for company. */
  readonly patience: Ms;
  readonly clock: Clock;
}

const WAITED = Symbol('waited');

/** Groups items: a group is handed on when it is big enough, or when its first item has waited long enough. */
export async function* gather<T>(
  source: AsyncIterable<T>,
  { size, enough, patience, clock }: GatherOptions<T>,
): AsyncGenerator<readonly T[]> {
  const iterator = source[Symbol.asyncIterator]();
  // One item is always asked for ahead. Whoever stops listening to a group must not be met by that item's failure.
  const ask = () => {
    const asked = iterator.next();
    asked.catch(() => undefined);
    return asked;
  };
  let next = ask();
  for (;;) {
    const first = await next;
    if (first.done) return;
    const group = [first.value];
    const waited = timer(clock, patience);
    next = ask();
    for (let total = size(first.value); total < enough; ) {
      const item = await Promise.race([next, waited.over]);
      if (item === WAITED || item.done) break;
      group.push(item.value);
      total += size(item.value);
      next = ask();
    }
    waited.cancel();
    yield group;
  }
}

function timer(clock: Clock, patience: Ms): { readonly over: Promise<typeof WAITED>; cancel(): void } {
  const { promise, resolve } = Promise.withResolvers<typeof WAITED>();
  const { cancel } = clock.after(patience, () => resolve(WAITED));
  return { over: promise, cancel };
}
