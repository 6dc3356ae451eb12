import type {
  Alarm,
  AlarmAction,
  AlarmEvent,
  Alarms,
  NumberedAlarmEvent,
  OutOfService,
  ServiceAction,
} from '#model/alarm';
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
import type { Outbox, Tellings } from '#model/outbox';
import type { Part } from '#model/part';
import type { PointId } from '#model/point';
import type { Site } from '#model/site';
import { type Clock, type EpochMs, type Ms, SECOND, type Timer } from '#model/time';
import { backoff } from '../../gateway/runtime/backoff.ts';
import { noSuchAlarm, toJournal } from './book/act.ts';
import { ActDesk } from './book/act-desk.ts';
import { outOfPlace, perform } from './book/deed.ts';
import { deedOf, serviceOf } from './book/terms.ts';
import { isBeginning, type Stored } from './changes.ts';
import { Committer } from './committer.ts';
import { Evaluator } from './judge/evaluator.ts';
import { LateDesk } from './judge/late-desk.ts';
import { recentRow } from './judge/recent.ts';
import { StoreClient } from './store/store-client.ts';
import { StoreTrouble } from './store/store-trouble.ts';

const TICK: Ms = SECOND;
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

interface Reported {
  readonly condition: Condition;
  readonly holds: boolean;
  readonly subject: ConditionSubject | undefined;
}

/**
 * Follows the journal and keeps the alarms. What a row or a tick changed (states, alarms, events, outbox, cursor) is
 * one transaction.
 */
export class AlarmEngine implements Part, Alarms {
  readonly name = 'alarms';
  readonly #options: AlarmEngineOptions;
  readonly #store: StoreClient;
  readonly #committer: Committer;
  readonly #acts: ActDesk;
  /** What was reported of the gateway itself, also before the start. */
  readonly #conditions = new Map<string, Reported>();
  readonly #trouble: StoreTrouble;
  #evaluator: Evaluator | undefined;
  #lateDesk: LateDesk | undefined;
  #abort = new AbortController();
  #following: Promise<void> = Promise.resolve();
  #timer: Timer | undefined;

  constructor(options: AlarmEngineOptions) {
    this.#options = options;
    this.#trouble = new StoreTrouble({ ...options, report: (...told) => this.report(...told) });
    this.#store = new StoreClient({ ...options, onState: (state) => this.#trouble.hear(state) });
    this.#acts = new ActDesk(options.journal);
    this.#committer = new Committer({
      ...options,
      store: this.#store,
      onActed: (acted) => this.#acts.settle(acted),
    });
  }

  /** For the notifier. */
  get outbox(): Outbox & Tellings {
    return this.#store;
  }

  async start(): Promise<void> {
    const { site, announce, clock } = this.#options;
    await this.#store.start();
    this.#committer.start();
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
    await this.#committer.commit(evaluator);
    this.#following = this.#follow(evaluator, this.#abort.signal);
    this.#tick(evaluator);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.#committer.stop();
    this.#timer?.cancel();
    await this.#following;
    await this.#lateDesk?.stop();
    if (this.#evaluator !== undefined) {
      await this.#committer.commit(this.#evaluator).catch((err: Error) => {
        this.#options.log.error({ err }, 'the last alarm state was not stored; it will be judged again');
      });
    }
    this.#acts.stop();
    await this.#store.stop();
  }

  /** Something about the gateway itself is so, or no longer so: raises or clears an alarm. */
  readonly report: ReportCondition = (condition, holds, subject) => {
    this.#conditions.set(`${conditionPoint(condition, subject)}/${condition}`, { condition, holds, subject });
    const evaluator = this.#evaluator;
    if (evaluator === undefined) return;
    evaluator.report(condition, holds, this.#options.clock.wall(), subject);
    if (evaluator.eventful) this.#committer.commitSoon(evaluator);
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

  eventsBetween(from: EpochMs, to: EpochMs, limit: number): Promise<readonly NumberedAlarmEvent[]> {
    return this.#store.eventsBetween(from, to, limit);
  }

  async act(alarmId: string, by: string, action: AlarmAction): Promise<Alarm> {
    const { clock, site } = this.#options;
    const now = clock.wall();
    const alarm = this.#evaluator?.get(alarmId);
    if (alarm === undefined) throw noSuchAlarm(alarmId, (await this.#store.events(alarmId)).length > 0);
    const deed = deedOf(action, alarm, { policy: site.policy, now });
    const act = { alarm: alarmId, at: now, by, deed, token: '' };
    // What cannot be done as it stands does not come into the journal.
    perform(alarm, act);
    return (await this.#acts.bring((token) => toJournal({ ...act, token }))) ?? alarm;
  }

  async serve(point: PointId, by: string, wanted: ServiceAction): Promise<void> {
    const { clock, site } = this.#options;
    const at = clock.wall();
    const known = site.devices.some(({ points }) => points.some(({ id }) => id === point));
    if (!known) throw new HygateError('point-unknown', `the site has no point "${point}"`);
    const action = serviceOf(wanted, at);
    const isOut = this.outOfService().some((service) => service.point === point);
    if (action.type === 'in-service' && !isOut) throw outOfPlace(`point ${point} is in service`);
    await this.#acts.bring((token) => toJournal({ point, at, by, action, token }));
  }

  outOfService(): readonly OutOfService[] {
    return this.#evaluator?.outOfService() ?? [];
  }

  /** Ids of people who have not confirmed their regular test yet. */
  owingTests(): readonly string[] {
    return this.#evaluator?.owingTests() ?? [];
  }

  /** Ids of people who have not confirmed it in time. */
  unansweredTests(): readonly string[] {
    return this.#evaluator?.unansweredTests() ?? [];
  }

  onEvent(listener: (event: AlarmEvent) => void): () => void {
    return this.#committer.onEvent(listener);
  }

  async #load(): Promise<Stored> {
    const { journal, log } = this.#options;
    const stored = await this.#store.load();
    const { cursor } = stored.position;
    if (cursor <= journal.head()) return stored;
    log.warn({ cursor, head: journal.head() }, 'the journal is younger than the alarms: it is read anew');
    return { ...stored, position: { ...stored.position, cursor: 0 } };
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
      if (acted !== undefined) this.#committer.noteActed(acted);
      if (evaluator.eventful || acted !== undefined) this.#committer.commitSoon(evaluator);
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
        await this.#committer.commit(evaluator);
        return this.#store.history(...span);
      },
      onJudged: () => this.#committer.commitSoon(evaluator),
    });
  }

  #tick(evaluator: Evaluator): void {
    const { clock, journal, meter } = this.#options;
    const behind = journal.head() - evaluator.cursor;
    meter.gauge('hygate_consumer_lag_rows', Math.max(0, behind), { consumer: 'alarms' });
    // While rows wait, time is theirs: a reading that is on disk already is not silence.
    if (behind <= 0) evaluator.tick(clock.wall());
    this.#lateDesk?.look();
    if (this.#committer.isDue(evaluator)) this.#committer.commitSoon(evaluator);
    this.#timer = clock.after(TICK, () => this.#tick(evaluator));
  }
}
