import type {
  Alarm,
  AlarmAction,
  AlarmEvent,
  AlarmEventType,
  Alarms,
  NumberedAlarmEvent,
  OutOfService,
  ServiceAction,
} from '#model/alarm';
import { HygateError } from '#model/errors';
import type { Bucket, Entry, Gap, History, Journal, JournalEvent, PointLedger } from '#model/journal';
import type { DeviceState, Devices, Live } from '#model/live';
import { USUAL_POLICY } from '#model/policy';
import type { Reading } from '#model/reading';
import type { Clock, EpochMs, Ms } from '#model/time';
import { outOfPlace, perform } from '../../alerts/engine/book/deed.ts';
import { clear } from '../../alerts/engine/book/occurrence.ts';
import { deedOf, serviceOf } from '../../alerts/engine/book/terms.ts';

/** A journal in memory, for tests that are about something else. */
export class MemoryJournal implements Journal {
  readonly rows: Reading[] = [];
  readonly recorded: (JournalEvent & { readonly seq: number })[] = [];
  gaps: readonly Gap[] = [];
  ledger: PointLedger = { hours: [], gaps: [], unbalanced: [] };
  broken = false;
  #seq = 0;

  async append(readings: readonly Reading[]) {
    this.rows.push(...readings);
    return { seq: ++this.#seq, repeated: 0 };
  }

  async record(event: JournalEvent): Promise<number> {
    if (this.broken) throw new HygateError('journal-unwritable', 'the disk is full');
    this.recorded.push({ ...event, seq: ++this.#seq });
    return this.#seq;
  }

  head(): number {
    return this.#seq;
  }

  async *follow(): AsyncIterable<Entry> {}

  readonly history: History = {
    readings: async (point, from, to, limit) => this.#of(point, from, to).slice(0, limit),
    buckets: async (point, from, to, every) => bucketsOf(this.#of(point, from, to), every),
    latest: async () => [...Map.groupBy(this.rows, ({ point }) => point).values()].flatMap(newestOf),
    ledger: async () => this.ledger,
    lastEvent: async (types) => this.recorded.findLast(({ type }) => types.includes(type)) ?? null,
    gaps: async (point, from, to) =>
      this.gaps.filter((gap) => gap.point === point && gap.to > from && gap.from < to),
    events: async (from, to, limit, types = { but: [] }) => {
      const asked = (type: string) =>
        'only' in types ? types.only.includes(type) : !types.but.includes(type);
      return this.recorded.filter(({ at, type }) => at >= from && at < to && asked(type)).slice(0, limit);
    },
  };

  #of(point: string, from: EpochMs, to: EpochMs): Reading[] {
    const inside = this.rows.filter((row) => row.point === point && row.at >= from && row.at < to);
    return inside.sort((a, b) => a.at - b.at);
  }
}

const newestOf = (readings: readonly Reading[]): Reading[] =>
  readings.toSorted((a, b) => b.at - a.at).slice(0, 1);

function bucketsOf(readings: readonly Reading[], every: Ms): Bucket[] {
  const groups = Map.groupBy(readings, ({ at }) => Math.floor(at / every) * every);
  return [...groups].map(([from, group]) => {
    const values = group.flatMap(({ value, quality }) =>
      value === null || quality === 'bad' ? [] : [value],
    );
    const empty = values.length === 0;
    return {
      from,
      count: group.length,
      bad: group.filter(({ quality }) => quality === 'bad').length,
      min: empty ? null : Math.min(...values),
      mean: empty ? null : values.reduce((sum, value) => sum + value, 0) / values.length,
      max: empty ? null : Math.max(...values),
    };
  });
}

/** Newest readings in memory; the test says what is new. */
export class MemoryLive implements Live {
  readonly #newest = new Map<string, Reading>();
  readonly #listeners = new Set<(readings: readonly Reading[]) => void>();

  set(...readings: readonly Reading[]): void {
    for (const reading of readings) this.#newest.set(reading.point, reading);
    for (const listener of this.#listeners) listener(readings);
  }

  get(point: string): Reading | undefined {
    return this.#newest.get(point);
  }

  all(): Iterable<Reading> {
    return this.#newest.values();
  }

  onReadings(listener: (readings: readonly Reading[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export class MemoryDevices implements Devices {
  readonly #states = new Map<string, DeviceState>();

  set(state: DeviceState): void {
    this.#states.set(state.device, state);
  }

  state(device: string): DeviceState | undefined {
    return this.#states.get(device);
  }

  all(): readonly DeviceState[] {
    return [...this.#states.values()];
  }
}

const SYSTEM: Pick<AlarmEvent, 'by' | 'comment'> = { by: null, comment: null };

/** Alarms in memory with the transitions of ISA-18.2; the test raises and clears them. */
export class MemoryAlarms implements Alarms {
  readonly #alarms = new Map<string, Alarm>();
  readonly #events: AlarmEvent[] = [];
  readonly #away = new Map<string, OutOfService>();
  readonly #listeners = new Set<(event: AlarmEvent) => void>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  raise(alarm: Alarm): void {
    this.#happen('raised', alarm);
  }

  clear(id: string): void {
    const alarm = this.#existing(id);
    const cleared = clear(alarm, this.#clock.wall(), false);
    if (cleared !== undefined) this.#happen('cleared', cleared);
  }

  open(): readonly Alarm[] {
    return [...this.#alarms.values()].filter(({ state }) => state !== 'normal').reverse();
  }

  async history(from: EpochMs, to: EpochMs, limit: number): Promise<readonly Alarm[]> {
    const inside = [...this.#alarms.values()].filter(({ raisedAt }) => raisedAt >= from && raisedAt < to);
    return inside.sort((a, b) => b.raisedAt - a.raisedAt).slice(0, limit);
  }

  async events(id: string): Promise<readonly AlarmEvent[]> {
    return this.#events.filter(({ alarm }) => alarm.id === id);
  }

  async eventsBetween(from: EpochMs, to: EpochMs, limit: number): Promise<readonly NumberedAlarmEvent[]> {
    const numbered = this.#events.map((event, index) => ({ ...event, no: index + 1 }));
    return numbered.filter(({ at }) => at >= from && at < to).slice(0, limit);
  }

  async act(id: string, by: string, action: AlarmAction): Promise<Alarm> {
    const alarm = this.#existing(id);
    if (alarm.state === 'normal') throw new HygateError('alarm-over', `Alarm ${id} is over.`);
    const now = this.#clock.wall();
    const deed = deedOf(action, alarm, { policy: USUAL_POLICY, now });
    const change = perform(alarm, { alarm: id, at: now, by, deed, token: '' });
    if (change === undefined) return alarm;
    return this.#happen(change.type, change.alarm, { by, comment: deed.comment }, change.shelf?.oneShot);
  }

  async serve(point: string, by: string, wanted: ServiceAction): Promise<void> {
    const since = this.#clock.wall();
    const action = serviceOf(wanted, since);
    const { comment } = action;
    if (action.type === 'out-of-service')
      this.#away.set(point, { point, since, until: action.until, by, comment });
    else if (!this.#away.delete(point)) throw outOfPlace(`point ${point} is in service`);
  }

  outOfService(): readonly OutOfService[] {
    return [...this.#away.values()];
  }

  onEvent(listener: (event: AlarmEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #existing(id: string): Alarm {
    const alarm = this.#alarms.get(id);
    if (alarm === undefined) throw new HygateError('alarm-unknown', `There is no alarm "${id}".`);
    return alarm;
  }

  #happen(type: AlarmEventType, alarm: Alarm, cause = SYSTEM, oneShot = false): Alarm {
    this.#alarms.set(alarm.id, alarm);
    const shot = oneShot && ({ oneShot } as const);
    const event: AlarmEvent = { type, at: this.#clock.wall(), ...cause, alarm, ...shot };
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
    return alarm;
  }
}
