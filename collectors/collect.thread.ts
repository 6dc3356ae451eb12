import type { Site } from '#model/site';
import { realClock, SECOND } from '#model/time';
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
  const telling = setInterval(() => post(fleet.states()), SECOND);
  return {
    onMessage() {},
    async stop() {
      clearInterval(telling);
      await fleet.stop();
    },
  };
});
