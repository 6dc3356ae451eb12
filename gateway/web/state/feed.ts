import type { AlarmEvent, OutOfService } from '#model/alarm';
import type { DeviceState } from '#model/live';
import type { Reading } from '#model/reading';
import { type Ms, SECOND } from '#model/time';
import { pageClock } from '../clock.ts';
import type { Snapshot } from './state.ts';
import type { Store } from './store.ts';

/** The gateway pings every 15 s; two missed pings are a lost connection, even if the socket says nothing. */
const SILENT_AFTER: Ms = 32 * SECOND;
const RETRY_AFTER: Ms = 2 * SECOND;

/** Feeds the store from the event stream and opens it again for ever; returns the way to stop. */
export function openFeed(store: Store, onLoggedOut: () => void): () => void {
  let source: EventSource | undefined;
  let cancelRetry = () => {};
  const open = () => {
    source?.close();
    source = new EventSource('./api/v1/events');
    listen(source, store);
    source.onerror = () => {
      source?.close();
      store.take({ type: 'lost' });
      cancelRetry = pageClock.after(RETRY_AFTER, () => void again());
    };
  };
  const again = async () => {
    if (await isLoggedOut()) return onLoggedOut();
    open();
  };
  const stopWatch = pageClock.every(SECOND, () => {
    const { connection, heardAt } = store.state;
    if (connection === 'live' && heardAt !== null && pageClock.wall() - heardAt > SILENT_AFTER)
      source?.onerror?.(new Event('error'));
  });
  open();
  return () => {
    cancelRetry();
    stopWatch();
    source?.close();
  };
}

/** An event source does not say why it failed: ask. */
async function isLoggedOut(): Promise<boolean> {
  try {
    return (await fetch('./api/v1/me')).status === 401;
  } catch {
    // Not reachable is no answer: the feed tries again.
    return false;
  }
}

function listen(source: EventSource, store: Store): void {
  const on = <Data>(type: string, take: (data: Data) => void) =>
    source.addEventListener(type, (event) => take(JSON.parse(event.data) as Data));
  on<{ now: number }>('hello', ({ now }) => store.take({ type: 'hello', now }));
  on<{ now: number }>('ping', ({ now }) => store.take({ type: 'ping', now }));
  on<Snapshot>('snapshot', (snapshot) => store.take({ type: 'snapshot', ...snapshot }));
  on<Reading[]>('readings', (readings) => store.take({ type: 'readings', readings }));
  on<AlarmEvent[]>('alarms', (events) => store.take({ type: 'alarms', events }));
  on<DeviceState[]>('devices', (devices) => store.take({ type: 'devices', devices }));
  on<OutOfService[]>('services', (services) => store.take({ type: 'services', services }));
  on<string[]>('health', (complaints) => store.take({ type: 'health', complaints }));
}
