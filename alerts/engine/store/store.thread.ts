import { HygateError } from '#model/errors';
import { type Ms, SECOND } from '#model/time';
import { runThread } from '../../../gateway/runtime/thread-side.ts';
import { ShelteredStore, type ShelteredStoreOptions } from './sheltered-store.ts';
import type { Call, News, Reply } from './store-calls.ts';

const RETRY: Ms = SECOND;

/** The store's thread: a disk that hangs holds up nothing but the next commit. */
await runThread<{ readonly file: string }>(async ({ data, post, log }) => {
  const store = open({ ...data, log, onState: (state) => post({ state } satisfies News) });
  const answer = ({ id, method, args }: Call): Reply => {
    try {
      return { id, value: store.run(method, args) };
    } catch (error) {
      return { id, error: error instanceof Error ? error.message : String(error) };
    }
  };
  const retrying = setInterval(() => store.retry(), RETRY);
  return {
    onMessage: (message) => post(answer(message as Call)),
    stop: async () => {
      clearInterval(retrying);
      store.close();
    },
  };
});

function open(options: ShelteredStoreOptions): ShelteredStore {
  try {
    return new ShelteredStore(options);
  } catch (error) {
    if (error instanceof HygateError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new HygateError(
      'data-dir-unusable',
      `${options.file} cannot be opened (${why}): check the folder and its rights`,
    );
  }
}
