import type { Site } from '#model/site';
import { realClock, SECOND, type Timer } from '#model/time';
import { runThread } from '../gateway/runtime/thread-side.ts';
import { type BrokerLogin, runFleet } from './fleet.ts';

/** What the thread is started with. */
export interface CollectData {
  readonly site: Site;
  readonly broker: BrokerLogin;
  readonly dataDir: string;
}

await runThread<CollectData>(async ({ data, meter, log, post }) => {
  const fleet = await runFleet({ ...data, clock: realClock, log, meter });
  let telling: Timer | undefined;
  const tell = () => {
    post(fleet.states());
    telling = realClock.after(SECOND, tell);
  };
  tell();
  return {
    onMessage() {},
    async stop() {
      telling?.cancel();
      await fleet.stop();
    },
  };
});
