import type { DeviceState } from '#model/live';
import type { Outage } from '#model/outage';
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

/** What the thread says: each second how it is, and outages as they come. */
export type FromCollectors =
  | { readonly kind: 'states'; readonly states: readonly DeviceState[]; readonly waiting: number }
  | { readonly kind: 'outage'; readonly outage: Outage };

await runThread<CollectData>(async ({ data, meter, log, post }) => {
  const say = (message: FromCollectors) => post(message);
  const onOutage = (outage: Outage) => say({ kind: 'outage', outage });
  const fleet = await runFleet({ ...data, clock: realClock, log, meter, onOutage });
  let telling: Timer | undefined;
  const tell = () => {
    say({ kind: 'states', states: fleet.states(), waiting: fleet.waiting });
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
