import { afterEach, expect, test } from 'vitest';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { HOUR } from '#model/time';
import { until } from '../../test/kit/until.ts';
import { Thread } from './thread.ts';

/** Serves at once, and dies of the first message. */
const MORTAL = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ kind }) => process.exit(kind === 'stop' ? 0 : 1));
    parentPort.postMessage({ kind: 'ready' });
  `)}`,
);

let thread: Thread;
afterEach(() => thread.stop());

test('a thread that keeps dying rests ever longer, and one that lived for long is back at once', async () => {
  let [now, served] = [0, 0];
  const rests: { readonly length: number; readonly over: () => void }[] = [];
  thread = new Thread({
    ...{ name: 'mortal', entry: MORTAL, data: () => null, onMessage: () => {} },
    ...{ onReady: () => served++, log: silentLog, meter: silentMeter },
    clock: {
      ...{ wall: () => now, monotonic: () => now, sleep: async () => {} },
      after(length, over) {
        rests.push({ length, over });
        return { cancel: () => {} };
      },
    },
  });
  await thread.start();
  const dieAndRest = async (): Promise<number> => {
    const [deaths, lives] = [rests.length, served];
    thread.post('die');
    await until('it has died', () => rests.length > deaths);
    const rest = rests.at(-1);
    rest?.over();
    await until('it is back', () => served > lives);
    return rest?.length ?? 0;
  };
  for (let death = 0; death < 4; death++) await dieAndRest();
  expect(await dieAndRest()).toBeGreaterThan(1000);
  now += HOUR;
  expect(await dieAndRest()).toBeLessThanOrEqual(200);
});
