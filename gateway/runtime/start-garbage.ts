import { Session } from 'node:inspector/promises';
import type { Log } from '#model/log';
import { type Clock, MINUTE, type Ms } from '#model/time';

/** By then everything is loaded and read for the first time, the slow OPC UA stack too. */
const AFTER: Ms = MINUTE;

/**
 * Gives back what a thread's start has left behind, once. Little is thrown away when it runs, so V8 would not look for
 * hours. The thread stands still for some tens of milliseconds.
 */
export function collectStartGarbage(clock: Pick<Clock, 'after'>, log: Log): void {
  clock.after(AFTER, () => {
    collect().catch((err: unknown) => log.warn({ err }, 'memory that the start has used is kept'));
  });
}

/** By the inspector: a `gc` would need a flag, with which no code that was compiled ahead is taken any more. */
async function collect(): Promise<void> {
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.collectGarbage');
  } finally {
    session.disconnect();
  }
}
