import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import type { Announced } from '#model/announcer';
import { DeliveryError, type Message, type Pace, type Receipt, type Sent, type Way } from '#model/channel';
import { silentLog } from '#model/log';
import type { Outbox, Telling } from '#model/outbox';
import type { Person } from '#model/site';
import { type Clock, type Ms, SECOND } from '#model/time';
import { AlarmStore } from '../../alerts/engine/store/store.ts';
import { Notifier, type NotifierOptions } from '../../alerts/notify/send/notifier.ts';
import { Metrics } from '../../gateway/runtime/metrics.ts';
import { alarmSite, limitRule } from './alarms-site.ts';
import { HandClock } from './hand-clock.ts';
import { telling } from './outbox.ts';

export interface Said {
  readonly channel: string;
  readonly person: string;
  readonly at: Ms;
  readonly message: Message;
}

/** What a channel does with a message: takes it, fails, or never answers. */
export type Fate = Partial<Sent> | DeliveryError | 'never';

/** A channel that does what the test says; it takes everything when nothing is said. */
export interface Played {
  readonly fates?: Fate[];
  readonly receipts?: (Receipt | DeliveryError)[];
  readonly pace?: readonly Pace[];
  readonly broken?: boolean;
}

/** A store as the notifier sees it through its thread. */
function outboxOf(store: AlarmStore): Outbox & { commit(...told: Parameters<typeof telling>): void } {
  const listeners = new Set<() => void>();
  return {
    next: async () => store.next(),
    sending: async (id, channel) => store.sending(id, channel),
    settle: async (id, attempt) => store.settle(id, attempt),
    merge: async (ids, into) => store.merge(ids, into),
    receipts: async () => store.receipts(),
    askAgain: async (id, ask) => store.askAgain(id, ask),
    onNew: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    commit: (...told) => {
      store.commit(telling(...told));
      for (const listener of listeners) listener();
    },
  };
}

export interface RigOptions extends Pick<Partial<NotifierOptions>, 'link' | 'onChannel'> {
  readonly channels: Readonly<Record<string, Played>>;
  readonly people: readonly (Pick<Person, 'id' | 'channels'> & Partial<Person>)[];
  readonly wall: number;
}

/** The notifier over a real store and channels that the test plays, under a clock that the test moves. */
export async function notifierRig({ channels, people, wall, ...options }: RigOptions) {
  const dir = await mkdtemp(join(tmpdir(), 'hygate-notifier-'));
  const file = join(dir, 'alarms.sqlite');
  const clock = new HandClock(wall);
  const said: Said[] = [];
  const meter = new Metrics();
  const site = alarmSite({
    rules: [limitRule()],
    people: people.map((person) => ({ name: person.id, ...person })),
    channels: Object.fromEntries(Object.keys(channels).map((name) => [name, {}])),
  });
  const ways = new Map(
    Object.entries(channels).map(([name, played]) => [name, way(name, played, { clock, said })]),
  );
  let store = new AlarmStore(file);
  let outbox = outboxOf(store);
  const open = () =>
    new Notifier({ site, channels: ways, dir, outbox, clock, log: silentLog, meter, ...options });
  let notifier = open();
  await notifier.start();
  return {
    clock,
    said,
    meter,
    tell: (...told: [deliveries: Announced['deliveries'], withdrawn?: readonly string[]]) =>
      outbox.commit(...told),
    /** Of an alarm. */
    told: (alarm: string): Telling[] => store.ofAlarm(alarm),
    /** Lets run what can run now. */
    settle: () => clock.advance(0).then(() => turns()),
    /** Time passes, a second at a time, so that what starts meanwhile also ends meanwhile. */
    async pass(time: Ms) {
      for (let left = time; left > 0; left -= SECOND) {
        await clock.advance(Math.min(SECOND, left));
        await turns();
      }
    },
    async stop() {
      await notifier.stop();
      store.close();
    },
    async start() {
      store = new AlarmStore(file);
      outbox = outboxOf(store);
      notifier = open();
      await notifier.start();
      await turns();
    },
    async remove() {
      await notifier.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

interface Stage {
  readonly clock: Clock;
  readonly said: Said[];
}

function way(
  name: string,
  { fates = [], receipts, pace = [], broken = false }: Played,
  { clock, said }: Stage,
): Way {
  return {
    ...{ kind: 'messenger', name, title: { zh: name, en: name }, options: Type.Object({}), needs: [], pace },
    open() {
      if (broken) throw new Error('no such device');
      return {
        async send(message, to) {
          said.push({ channel: name, person: to.id, at: clock.monotonic(), message });
          const fate = fates.shift() ?? {};
          if (fate === 'never') return new Promise<Sent>(() => undefined);
          if (fate instanceof DeliveryError) throw fate;
          return { answer: 'taken', receipt: null, ...fate };
        },
        ...(receipts && {
          async receipt() {
            const answer = receipts.shift() ?? { state: 'pending', answer: 'not yet' };
            if (answer instanceof DeliveryError) throw answer;
            return answer as Receipt;
          },
        }),
        close: async () => undefined,
      };
    },
  };
}

/** Long enough for every promise that waits for another one and not for the clock. */
async function turns(): Promise<void> {
  for (let n = 0; n < 20; n++) await new Promise<void>((resolve) => setImmediate(resolve));
}
