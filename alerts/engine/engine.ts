import { randomUUID } from 'node:crypto';
import type { Alarm, AlarmAction, AlarmEvent, Alarms, OutOfService, ServiceAction } from '#model/alarm';
import type { OpenAnnouncer } from '#model/announcer';
import {
  type Condition,
  type ConditionSubject,
  conditionPoint,
  type ReportCondition,
} from '#model/condition';
import { HygateError } from '#model/errors';
import type { Journal } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Outbox } from '#model/outbox';
import type { Part } from '#model/part';
import type { PointId } from '#model/point';
import type { Site } from '#model/site';
import { type Clock, type EpochMs, MINUTE, type Ms, SECOND, type Timer } from '#model/time';
import { backoff } from '../../gateway/runtime/backoff.ts';
import { noSuchAlarm, refusePast, toJournal } from './act.ts';
import { type Changes, isBeginning, type Stored, type StoredEvent } from './changes.ts';
import { countAlarms } from './count-alarms.ts';
import { type Acted, Evaluator } from './evaluator.ts';
import { LateDesk } from './late-desk.ts';
import { recentRow } from './recent.ts';
import { StoreClient } from './store-client.ts';
import { StoreTrouble } from './store-trouble.ts';

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
  readonly announce: OpenAnnouncer;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

interface Caller {
  readonly resolve: (alarm: Alarm | undefined) => void;
  readonly reject: (error: Error) => void;
}

interface Reported {
  readonly condition: Condition;
  readonly holds: boolean;
  readonly subject: ConditionSubject | undefined;
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
  readonly #conditions = new Map<string, Reported>();
  readonly #trouble: StoreTrouble;
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
    this.#trouble = new StoreTrouble({ ...options, report: (...told) => this.report(...told) });
    this.#store = new StoreClient({ ...options, onState: (state) => this.#trouble.hear(state) });
  }

  /** For the notifier. */
  get outbox(): Outbox {
    return this.#store;
  }

  async start(): Promise<void> {
    const { site, announce, clock } = this.#options;
    await this.#store.start();
    this.#trouble.tell();
    const stored = await this.#load();
    this.#abort = new AbortController();
    const evaluator = new Evaluator(site, announce, stored, clock.wall());
    // Not the first start: there was a state, and it cannot be read.
    if (isBeginning(stored) && this.#trouble.any) evaluator.take(await recentRow(this.#options));
    this.#evaluator = evaluator;
    this.#lateDesk = this.#openLateDesk(evaluator);
    for (const { condition, holds, subject } of this.#conditions.values())
      evaluator.report(condition, holds, clock.wall(), subject);
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
  readonly report: ReportCondition = (condition, holds, subject) => {
    this.#conditions.set(`${conditionPoint(condition, subject)}/${condition}`, { condition, holds, subject });
    const evaluator = this.#evaluator;
    if (evaluator === undefined) return;
    evaluator.report(condition, holds, this.#options.clock.wall(), subject);
    if (evaluator.eventful) this.#commitSoon(evaluator);
  };

  /** What keeps alarms from being kept, for people. */
  complaints(): readonly string[] {
    return this.#trouble.complaints();
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
    refusePast(alarmId, action, at);
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

  async serve(point: PointId, _by: string, { type }: ServiceAction): Promise<void> {
    throw new HygateError('request-invalid', `${point} cannot be ${type} yet`);
  }

  outOfService(): readonly OutOfService[] {
    return [];
  }

  /** Ids of people who have not confirmed their regular test in time. */
  unansweredTests(): readonly string[] {
    return this.#evaluator?.unansweredTests() ?? [];
  }

  onEvent(listener: (event: AlarmEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #load(): Promise<Stored> {
    const { journal, log } = this.#options;
    const stored = await this.#store.load();
    const { cursor } = stored.position;
    if (cursor <= journal.head()) return stored;
    log.warn({ cursor, head: journal.head() }, 'the journal is younger than the alarms: it is read anew');
    return { ...stored, position: { ...stored.position, cursor: 0 } };
  }

  async #noSuch(id: string): Promise<HygateError> {
    return noSuchAlarm(id, (await this.#store.events(id)).length > 0);
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
    countAlarms(meter, this.open(), events);
    for (const { event } of events) {
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
