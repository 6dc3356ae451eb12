import { randomUUID } from 'node:crypto';
import type { Alarm, AlarmAction, AlarmEvent, Alarms } from '#model/alarm';
import type { Condition, ReportCondition } from '#model/condition';
import { HygateError } from '#model/errors';
import type { Entry, Journal } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Outbox, Router } from '#model/outbox';
import type { Part } from '#model/part';
import type { Site } from '#model/site';
import { SEVERITIES } from '#model/standard';
import { type Clock, type EpochMs, MINUTE, type Ms, SECOND, type Timer } from '#model/time';
import { backoff } from '../../gateway/runtime/backoff.ts';
import { toJournal } from './act.ts';
import { BEGINNING, type Changes, type Stored, type StoredEvent } from './changes.ts';
import { Evaluator } from './evaluator.ts';
import { LateDesk } from './late-desk.ts';
import { recentReadings } from './recent.ts';
import type { StoreState } from './store-calls.ts';
import { StoreClient } from './store-client.ts';

const TICK: Ms = SECOND;
/**
 * When the position is stored while nothing happens: after so many rows, but not sooner than the shortest, and after the
 * longest in any case. It bounds what is replayed after a crash to a second's work; and each time writes a row a point
 * to flash, which at a hospital's rate is more than the readings themselves.
 */
const CHECKPOINT = { rows: 500, shortest: 10 * SECOND, longest: MINUTE };
/** A replay lets others run this often. */
const BREATH: Ms = 10;

export interface AlarmEngineOptions {
  readonly site: Site;
  readonly journal: Journal;
  /** `DIR/alarms.sqlite` */
  readonly file: string;
  /** Who hears of an event: the outbox rows are written in the transaction of the event. */
  readonly route: Router;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

interface Acted {
  readonly token: string;
  readonly alarm: Alarm | undefined;
}

interface Caller {
  readonly resolve: (alarm: Alarm | undefined) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Follows the journal and keeps the alarms. What a row or a tick changed (states, alarms, events, outbox, cursor) is
 * one transaction; while one is being written the evaluation goes on, and the next takes all that came meanwhile.
 */
export class AlarmEngine implements Part, Alarms {
  readonly name = 'alarms';
  readonly #options: AlarmEngineOptions;
  readonly #store: StoreClient;
  readonly #listeners = new Set<(event: AlarmEvent) => void>();
  readonly #callers = new Map<string, Caller>();
  /** What was reported of the gateway itself, also before the start. */
  readonly #conditions = new Map<Condition, boolean>();
  #storeState: StoreState = { unsaved: null, damaged: null };
  #evaluator: Evaluator | undefined;
  #lateDesk: LateDesk | undefined;
  #acted: Acted[] = [];
  #abort = new AbortController();
  #following: Promise<void> = Promise.resolve();
  #committing: Promise<void> | undefined;
  #committed: { readonly at: Ms; readonly cursor: number } = { at: 0, cursor: 0 };
  #timer: Timer | undefined;

  constructor(options: AlarmEngineOptions) {
    this.#options = options;
    this.#store = new StoreClient({ ...options, onState: (state) => this.#storeDoes(state) });
  }

  /** For the notifier. */
  get outbox(): Outbox {
    return this.#store;
  }

  async start(): Promise<void> {
    const { site, route, clock } = this.#options;
    await this.#store.start();
    this.#tellStore();
    const stored = await this.#load();
    this.#abort = new AbortController();
    const evaluator = new Evaluator(site, route, stored, clock.wall());
    if (this.#stateLost(stored)) evaluator.take(await this.#recent());
    this.#evaluator = evaluator;
    this.#lateDesk = this.#openLateDesk(evaluator);
    for (const [condition, holds] of this.#conditions) evaluator.report(condition, holds, clock.wall());
    await this.#commit(evaluator);
    this.#following = this.#follow(evaluator, this.#abort.signal);
    this.#tick(evaluator);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.#timer?.cancel();
    await this.#following;
    await this.#lateDesk?.stop();
    if (this.#evaluator !== undefined) {
      await this.#commit(this.#evaluator).catch((err: Error) => {
        this.#options.log.error({ err }, 'the last alarm state was not stored; it will be judged again');
      });
    }
    for (const caller of this.#callers.values()) caller.reject(new Error('the alarm engine has stopped'));
    this.#callers.clear();
    await this.#store.stop();
  }

  /** Something about the gateway itself is so, or no longer so: raises or clears an alarm. */
  readonly report: ReportCondition = (condition, holds) => {
    this.#conditions.set(condition, holds);
    const evaluator = this.#evaluator;
    if (evaluator === undefined) return;
    evaluator.report(condition, holds, this.#options.clock.wall());
    if (evaluator.eventful) this.#commitSoon(evaluator);
  };

  /** What keeps alarms from being kept, for people. */
  complaints(): readonly string[] {
    const { unsaved, damaged } = this.#storeState;
    return [
      ...(unsaved === null ? [] : [`The state of alarms lies in memory only: ${unsaved}.`]),
      ...(damaged === null ? [] : [`The file of alarms was damaged: it is kept as ${damaged}.`]),
    ];
  }

  open(): readonly Alarm[] {
    return (this.#evaluator?.open() ?? []).sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  history(from: EpochMs, to: EpochMs, limit: number): Promise<readonly Alarm[]> {
    return this.#store.history(from, to, limit);
  }

  events(alarmId: string): Promise<readonly AlarmEvent[]> {
    return this.#store.events(alarmId);
  }

  async act(alarmId: string, by: string, action: AlarmAction): Promise<Alarm> {
    const { clock, journal } = this.#options;
    const at = clock.wall();
    if (action.type === 'shelve' && action.until <= at) {
      throw new HygateError(
        'request-invalid',
        `alarm ${alarmId} cannot be shelved until a time that is past`,
      );
    }
    if (!this.open().some(({ id }) => id === alarmId)) throw await this.#noSuch(alarmId);
    const token = randomUUID();
    const done = new Promise<Alarm | undefined>((resolve, reject) => {
      this.#callers.set(token, { resolve, reject });
    });
    // When the journal refuses, nobody waits for `done` any more.
    done.catch(() => undefined);
    try {
      await journal.record(toJournal({ alarm: alarmId, at, by, action, token }));
    } catch (error) {
      this.#callers.delete(token);
      throw error;
    }
    const alarm = await done;
    if (alarm === undefined) throw await this.#noSuch(alarmId);
    return alarm;
  }

  onEvent(listener: (event: AlarmEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tellStore(): void {
    const { unsaved, damaged } = this.#storeState;
    this.report('alarms-unsaved', unsaved !== null);
    this.report('alarms-damaged', damaged !== null);
  }

  async #load(): Promise<Stored> {
    const { journal, log } = this.#options;
    const stored = await this.#store.load();
    const { cursor } = stored.position;
    if (cursor <= journal.head()) return stored;
    log.warn({ cursor, head: journal.head() }, 'the journal is younger than the alarms: it is read anew');
    return { ...stored, position: { ...stored.position, cursor: 0 } };
  }

  /** Not the first start: there was a state, and it cannot be read. */
  #stateLost({ position }: Stored): boolean {
    const { unsaved, damaged } = this.#storeState;
    return position.cursor === BEGINNING.cursor && (unsaved !== null || damaged !== null);
  }

  /** As one row at the end of the journal: years of it are not judged, and told, again. */
  async #recent(): Promise<Entry> {
    const { site, journal, clock, log } = this.#options;
    const arrived = clock.wall();
    const readings = await recentReadings(site, journal.history, arrived).catch((err: Error) => {
      log.error({ err }, 'what lasts cannot be judged again from the journal; what comes is judged');
      return [];
    });
    return { kind: 'readings', seq: journal.head(), arrived, readings };
  }

  #storeDoes(state: StoreState): void {
    const { meter, journal, clock, log } = this.#options;
    const { unsaved, damaged } = state;
    if (unsaved !== null) meter.count('hygate_alarm_store_failures_total', { reason: 'unsaved' });
    if (damaged !== null && damaged !== this.#storeState.damaged) {
      meter.count('hygate_alarm_store_failures_total', { reason: 'damaged' });
      const event = { type: 'alarm-store-set-aside', at: clock.wall(), by: null, data: { file: damaged } };
      journal.record(event).catch((err: Error) => log.error({ err }, 'a set aside store is not journaled'));
    }
    this.#storeState = state;
    this.#tellStore();
  }

  async #noSuch(id: string): Promise<HygateError> {
    const known = (await this.#store.events(id)).length > 0;
    if (known)
      return new HygateError('alarm-over', `alarm ${id} is over: nothing can be done to it any more`);
    return new HygateError('alarm-unknown', `there is no alarm ${id}: ask for the open alarms again`);
  }

  async #follow(evaluator: Evaluator, signal: AbortSignal): Promise<void> {
    const { journal, clock, log, meter } = this.#options;
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        await this.#followOnce(evaluator, signal);
      } catch (err) {
        if (signal.aborted) return;
        meter.count('hygate_alarm_rows_failed_total');
        // A row that cannot be judged is behind the cursor already: it is set aside and not met again.
        log.error({ err, cursor: evaluator.cursor, head: journal.head() }, 'following the journal broke off');
        const delay = backoff(failures, { first: 100, longest: 10 * SECOND, random: Math.random });
        await clock.sleep(delay, signal).catch(() => undefined);
      }
    }
  }

  async #followOnce(evaluator: Evaluator, signal: AbortSignal): Promise<void> {
    const { journal, clock } = this.#options;
    let breathed = clock.monotonic();
    for await (const entry of journal.follow(evaluator.cursor, signal)) {
      const acted = evaluator.take(entry);
      if (acted !== undefined) this.#acted.push(acted);
      if (evaluator.eventful || acted !== undefined) this.#commitSoon(evaluator);
      if (clock.monotonic() - breathed < BREATH) continue;
      await clock.sleep(0);
      breathed = clock.monotonic();
    }
  }

  #openLateDesk(evaluator: Evaluator): LateDesk {
    const { journal, log, meter } = this.#options;
    return new LateDesk({
      ...{ evaluator, history: journal.history, log, meter },
      // What the evaluator has raised must be in the store before the store is asked.
      alarms: async (...span) => {
        await this.#commit(evaluator);
        return this.#store.history(...span);
      },
      onJudged: () => this.#commitSoon(evaluator),
    });
  }

  #tick(evaluator: Evaluator): void {
    const { clock, journal, meter } = this.#options;
    const behind = journal.head() - evaluator.cursor;
    meter.gauge('hygate_consumer_lag_rows', Math.max(0, behind), { consumer: 'alarms' });
    // While rows wait, time is theirs: a reading that is on disk already is not silence.
    if (behind <= 0) evaluator.tick(clock.wall());
    this.#lateDesk?.look();
    if (evaluator.eventful || this.#checkpointDue(evaluator)) this.#commitSoon(evaluator);
    this.#timer = clock.after(TICK, () => this.#tick(evaluator));
  }

  #checkpointDue({ cursor }: Evaluator): boolean {
    const age = this.#options.clock.monotonic() - this.#committed.at;
    const due = cursor - this.#committed.cursor >= CHECKPOINT.rows ? CHECKPOINT.shortest : CHECKPOINT.longest;
    return age >= due;
  }

  #commitSoon(evaluator: Evaluator): void {
    this.#commit(evaluator).catch((err: Error) => {
      this.#options.log.error({ err }, 'alarm state could not be stored before the stop');
    });
  }

  #commit(evaluator: Evaluator): Promise<void> {
    this.#committing ??= this.#commitAll(evaluator).finally(() => {
      this.#committing = undefined;
    });
    return this.#committing;
  }

  async #commitAll(evaluator: Evaluator): Promise<void> {
    do {
      const acted = this.#acted.splice(0);
      const changes = evaluator.drain();
      await this.#write(changes);
      this.#committed = { at: this.#options.clock.monotonic(), cursor: changes.position.cursor };
      this.#publish(changes.events);
      for (const { token, alarm } of acted) {
        this.#callers.get(token)?.resolve(alarm);
        this.#callers.delete(token);
      }
    } while (evaluator.eventful || this.#acted.length > 0);
  }

  /** Tries until it is on disk: what was drained exists nowhere else. Gives up only when the engine stops. */
  async #write(changes: Changes): Promise<void> {
    const { log, clock } = this.#options;
    for (let failures = 0; ; failures++) {
      try {
        return await this.#store.commit(changes);
      } catch (err) {
        if (this.#abort.signal.aborted) throw err;
        log.error({ err }, 'alarm state could not be stored; it is tried again');
        const delay = backoff(failures, { first: 100, longest: 5 * SECOND, random: Math.random });
        // A stop cuts the wait short for one last try.
        await clock.sleep(delay, this.#abort.signal).catch(() => undefined);
      }
    }
  }

  #publish(events: readonly StoredEvent[]): void {
    const { meter, log } = this.#options;
    const open = this.open();
    for (const severity of SEVERITIES) {
      const count = open.filter(({ rule }) => rule.severity === severity).length;
      meter.gauge('hygate_alarms_open', count, { severity });
    }
    for (const { event } of events) {
      meter.count('hygate_alarm_events_total', { type: event.type });
      for (const listener of this.#listeners) {
        try {
          listener(event);
        } catch (err) {
          log.error({ err, alarm: event.alarm.id }, 'a listener of alarm events failed');
        }
      }
    }
  }
}
