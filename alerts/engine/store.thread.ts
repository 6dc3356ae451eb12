import { HygateError } from '#model/errors';
import { runThread } from '../../gateway/runtime/thread-side.ts';
import { AlarmStore } from './store.ts';
import type { Call, Reply } from './store-calls.ts';

/** The store's thread: a disk that hangs holds up nothing but the next commit. */
await runThread<{ readonly file: string }>(async ({ data, post }) => {
  const store = open(data.file);
  const answer = ({ id, method, args }: Call): Reply => {
    try {
      const run = store[method] as (...args: readonly unknown[]) => unknown;
      return { id, value: run.apply(store, [...args]) };
    } catch (error) {
      return { id, error: error instanceof Error ? error.message : String(error) };
    }
  };
  return {
    onMessage: (message) => post(answer(message as Call)),
    stop: async () => store.close(),
  };
});

function open(file: string): AlarmStore {
  try {
    return new AlarmStore(file);
  } catch (error) {
    if (error instanceof HygateError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new HygateError(
      'data-dir-unusable',
      `${file} cannot be opened (${why}): check the folder and its rights`,
    );
  }
}
