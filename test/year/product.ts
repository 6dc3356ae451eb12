import type { Alarm } from '#model/alarm';
import type { Entry, JournalEvent } from '#model/journal';
import type { PointId } from '#model/point';
import type { Reading } from '#model/reading';
import type { Site } from '#model/site';
import { DAY, type EpochMs, type Ms } from '#model/time';
import { Evaluator } from '../../alerts/engine/judge/evaluator.ts';
import type { LateQuestion } from '../../alerts/engine/judge/late.ts';
import { announcerOf } from '../../alerts/notify/call/announcer.ts';
import { MemoryStore } from './memory-store.ts';
import type { Proceedings } from './proceedings.ts';

/** How far back late readings are judged here: longer than any logger is out of reach. */
const KEPT: Ms = 3 * DAY;

/**
 * The alarm half of a gateway in simulated time: the real evaluator and the real announcer, fed with rows and ticks as
 * the engine feeds them, with a store that survives when the gateway is down.
 */
export class Product {
  readonly #site: Site;
  readonly #proceedings: Proceedings;
  readonly #store = new MemoryStore();
  /** Readings of points whose readings may come late. */
  readonly #history: ReadonlyMap<PointId, Reading[]>;
  readonly #known = new Map<string, Alarm>();
  #evaluator: Evaluator | undefined;
  #seq = 0;

  constructor(site: Site, proceedings: Proceedings) {
    this.#site = site;
    this.#proceedings = proceedings;
    const loggers = site.devices.filter(({ link }) => link.protocol === 'mqtt');
    this.#history = new Map(loggers.flatMap(({ points }) => points.map(({ id }) => [id, []] as const)));
  }

  get running(): boolean {
    return this.#evaluator !== undefined;
  }

  open(): Alarm[] {
    return this.#evaluator?.open() ?? [];
  }

  start(now: EpochMs): void {
    this.#evaluator = new Evaluator(this.#site, announcerOf(this.#site), this.#store.load(), now);
    this.#commit(now);
  }

  stop(now: EpochMs): void {
    this.#commit(now);
    this.#evaluator = undefined;
  }

  /** Readings that came in one message. */
  take(readings: readonly Reading[], arrived: EpochMs): void {
    for (const reading of readings) this.#history.get(reading.point)?.push(reading);
    this.#row({ kind: 'readings', seq: ++this.#seq, arrived, readings });
  }

  act(event: JournalEvent): void {
    this.#row({ kind: 'event', seq: ++this.#seq, arrived: event.at, event });
  }

  tick(now: EpochMs): void {
    const evaluator = this.#evaluator;
    if (evaluator === undefined) return;
    evaluator.tick(now);
    if (evaluator.latePoints > 0) this.#judgeLate(evaluator, now);
    if (evaluator.eventful) this.#commit(now);
  }

  /** Once in a while: what changed without an event is stored, and what nobody needs any more is forgotten. */
  rest(now: EpochMs): void {
    this.#commit(now);
    for (const readings of this.#history.values()) {
      const first = readings.findIndex(({ at }) => at > now - KEPT);
      readings.splice(0, first < 0 ? readings.length : first);
    }
    for (const [id, { raisedAt }] of this.#known) if (raisedAt < now - 2 * KEPT) this.#known.delete(id);
  }

  #row(entry: Entry): void {
    const evaluator = this.#evaluator;
    if (evaluator === undefined) throw new Error('a gateway that is down takes nothing');
    evaluator.take(entry);
    if (evaluator.eventful) this.#commit(entry.arrived);
  }

  #judgeLate(evaluator: Evaluator, now: EpochMs): void {
    for (const question of evaluator.lateQuestions()) {
      // What was raised until now must be known before it is asked for.
      this.#commit(now);
      const known = [...this.#known.values()].filter(({ point }) => point === question.point);
      evaluator.judgeLate(question, { readings: this.#readings(question), known, whole: true });
    }
  }

  #readings({ point, from, to }: LateQuestion): Reading[] {
    const byTime = new Map<EpochMs, Reading>();
    for (const reading of this.#history.get(point) ?? []) {
      const { at } = reading;
      if (at >= from && at < to && !byTime.has(at)) byTime.set(at, reading);
    }
    return [...byTime.values()].sort((a, b) => a.at - b.at);
  }

  #commit(now: EpochMs): void {
    const changes = this.#evaluator?.drain();
    if (changes === undefined) return;
    this.#store.commit(changes);
    for (const alarm of changes.alarms) if (this.#history.has(alarm.point)) this.#known.set(alarm.id, alarm);
    this.#proceedings.hear(changes, now);
  }
}
