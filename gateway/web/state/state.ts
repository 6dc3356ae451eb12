import type { Alarm, AlarmEvent, OutOfService } from '#model/alarm';
import type { DeviceState } from '#model/live';
import type { Reading } from '#model/reading';
import type { EpochMs, Ms } from '#model/time';
import { withWorst } from './worst.ts';

export type Connection = 'connecting' | 'live' | 'lost';

/** Everything that lives on the page, as the gateway last told it. */
export interface State {
  readonly connection: Connection;
  /** When the gateway last said anything, on this page's clock; null before the first time. */
  readonly heardAt: EpochMs | null;
  /** Gateway clock minus page clock: ages are told by the gateway's clock, as phones go wrong. */
  readonly offset: Ms;
  readonly readings: ReadonlyMap<string, Reading>;
  /** Not over, by id. */
  readonly alarms: ReadonlyMap<string, Alarm>;
  /** How far the value of each open limit alarm has gone, by the alarm's id. */
  readonly worst: ReadonlyMap<string, number>;
  readonly devices: ReadonlyMap<string, DeviceState>;
  /** Points out of service, by their id. */
  readonly services: ReadonlyMap<string, OutOfService>;
  /** What is wrong with the gateway itself. */
  readonly complaints: readonly string[];
}

export const firstState: State = {
  connection: 'connecting',
  heardAt: null,
  offset: 0,
  readings: new Map(),
  alarms: new Map(),
  worst: new Map(),
  devices: new Map(),
  services: new Map(),
  complaints: [],
};

export interface Snapshot {
  readonly readings: readonly Reading[];
  readonly alarms: readonly Alarm[];
  readonly devices: readonly DeviceState[];
}

/** News from the event stream, and of the stream itself. */
export type News =
  | { readonly type: 'hello' | 'ping'; readonly now: EpochMs }
  | ({ readonly type: 'snapshot' } & Snapshot)
  | { readonly type: 'readings'; readonly readings: readonly Reading[] }
  | { readonly type: 'alarms'; readonly events: readonly AlarmEvent[] }
  | { readonly type: 'devices'; readonly devices: readonly DeviceState[] }
  | { readonly type: 'services'; readonly services: readonly OutOfService[] }
  | { readonly type: 'health'; readonly complaints: readonly string[] }
  | { readonly type: 'lost' };

/** The state after some news that came at `at` on the page's clock. */
export function reduce(state: State, news: News, at: EpochMs): State {
  if (news.type === 'lost') return { ...state, connection: 'lost' };
  const next: State = { ...state, ...changeBy(state, news, at), connection: 'live', heardAt: at };
  const moved = next.readings !== state.readings || next.alarms !== state.alarms;
  return moved ? { ...next, worst: withWorst(state.worst, next.alarms, next.readings) } : next;
}

function changeBy(state: State, news: Exclude<News, { type: 'lost' }>, at: EpochMs): Partial<State> {
  switch (news.type) {
    case 'hello':
    case 'ping':
      return { offset: news.now - at };
    case 'snapshot':
      return {
        readings: keyed(news.readings, ({ point }) => point),
        alarms: keyed(news.alarms, ({ id }) => id),
        devices: keyed(news.devices, ({ device }) => device),
      };
    case 'readings':
      return { readings: new Map([...state.readings, ...keyed(news.readings, ({ point }) => point)]) };
    case 'alarms':
      return { alarms: withAlarms(state.alarms, news.events) };
    case 'devices':
      return { devices: new Map([...state.devices, ...keyed(news.devices, ({ device }) => device)]) };
    case 'services':
      return { services: keyed(news.services, ({ point }) => point) };
    case 'health':
      return { complaints: news.complaints };
  }
}

function withAlarms(
  alarms: ReadonlyMap<string, Alarm>,
  events: readonly AlarmEvent[],
): ReadonlyMap<string, Alarm> {
  const next = new Map(alarms);
  for (const { alarm } of events) {
    if (alarm.state === 'normal') next.delete(alarm.id);
    else next.set(alarm.id, alarm);
  }
  return next;
}

const keyed = <Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item> =>
  new Map(items.map((item) => [key(item), item]));
