import { expect, test } from 'vitest';
import type { Clock } from '#model/time';
import { realClock } from '#model/time';
import { gather } from './gather.ts';

/** A clock whose timers fire when told to. */
function stillClock(): { readonly clock: Clock; fire(): void } {
  let due: (() => void)[] = [];
  const clock: Clock = {
    ...realClock,
    after(_delay, task) {
      due.push(task);
      return {
        cancel: () => {
          due = due.filter((one) => one !== task);
        },
      };
    },
  };
  return { clock, fire: () => due.forEach((task) => void task()) };
}

async function* of(...items: number[]) {
  yield* items;
}

const options = (clock: Clock) => ({ size: (n: number) => n, enough: 5, patience: 1000, clock });

test('a group is handed on when it is big enough, and nothing is lost at the end', async () => {
  const groups = await Array.fromAsync(gather(of(2, 2, 2, 5, 1, 1), options(stillClock().clock)));
  expect(groups).toEqual([[2, 2, 2], [5], [1, 1]]);
});

test('a group that waited long enough is handed on as it is, and the next item opens a new one', async () => {
  const { clock, fire } = stillClock();
  const held = Promise.withResolvers<void>();
  async function* slow() {
    yield 1;
    await held.promise;
    yield 2;
  }
  const groups = gather(slow(), options(clock));
  const first = groups.next();
  await new Promise((resolve) => setImmediate(resolve));
  fire();
  expect(await first).toEqual({ done: false, value: [1] });
  held.resolve();
  expect(await groups.next()).toEqual({ done: false, value: [2] });
});

test('a source that fails while nobody listens harms only who listens next', async () => {
  async function* failing() {
    yield 5;
    throw new Error('gone');
  }
  const groups = gather(failing(), options(stillClock().clock));
  expect(await groups.next()).toEqual({ done: false, value: [5] });
  await new Promise((resolve) => setImmediate(resolve));
  await expect(groups.next()).rejects.toThrow('gone');
});
