import type { Alarm, OutOfService } from '#model/alarm';
import type { Announcer, OpenAnnouncer } from '#model/announcer';
import { clockStepOf } from '#model/clock-step';
import { type Condition, type ConditionSubject, conditionPoint, conditionRule } from '#model/condition';
import type { Entry, JournalEvent } from '#model/journal';
import type { PointId } from '#model/point';
import type { Reading } from '#model/reading';
import type { Rule } from '#model/rule';
import { setAsideOf } from '#model/set-aside';
import type { Site } from '#model/site';
import { testAnsweredOf } from '#model/test-call';
import { type EpochMs, MINUTE, type Ms, SECOND } from '#model/time';
import { type Acted, AlarmBook } from '../book/book.ts';
import { isForsaken } from '../book/forsaken.ts';
import { ruleKey } from '../book/open-alarms.ts';
import type { Changes, PointState, Stored } from '../changes.ts';
import { shiftBy } from './clock-shift.ts';
import type { Court } from './court.ts';
import { heard, judgeReading, overhear, tickWatch } from './judge.ts';
import { gather, isDue, isLate, type LateQuestion, questionOf, setAside } from './late.ts';
import { judgeAtRest, type LateAnswer } from './late-judgement.ts';
import { followClock, newState, ruleOf, stateOf, type Watch, watchOf } from './watch.ts';

/**
 * The longest step of time that counts as watched. Ticks come each second; a longer step means that the gateway was
 * down or that somebody set the clock, and neither is silence of a device: nothing of it counts.
 */
const LONGEST_STEP: Ms = 5 * SECOND;

/**
 * Judges journal rows and the passing of time. A pure core in a class: no clock and no disk; the same rows and ticks
 * from the same stored state give the same alarms. Points without rules cost one look-up.
 */
export class Evaluator {
  readonly #watches = new Map<PointId, Watch>();
  readonly #announcer: Announcer;
  readonly #book: AlarmBook;
  readonly #late = new Set<Watch>();
  #changed: Watch[] = [];
  #cursor: number;
  readonly #court: Court;
  #watched: Ms;
  #ticked: EpochMs;

  constructor(site: Site, announce: OpenAnnouncer, stored: Stored, now: EpochMs) {
    const { position, points, kept, alarms } = stored;
    this.#announcer = announce(new Map(kept), alarms, (id) => this.#book.get(id));
    this.#book = new AlarmBook(site, this.#announcer, stored);
    this.#court = { book: this.#book, now: position.now === 0 ? now : position.now };
    this.#cursor = position.cursor;
    this.#watched = position.watched;
    this.#ticked = this.#now;
    this.#watch(site, new Map(points), now);
    this.#settle(site, now);
  }

  get #now(): EpochMs {
    return this.#court.now;
  }

  get cursor(): number {
    return this.#cursor;
  }

  get eventful(): boolean {
    return this.#book.eventful;
  }

  open(): Alarm[] {
    return this.#book.open();
  }

  get(alarm: string): Alarm | undefined {
    return this.#book.get(alarm);
  }

  outOfService(): OutOfService[] {
    return this.#book.outOfService();
  }

  /**
   * Judges one row, and before it the time that passed until it arrived: under load and in a replay there may be no
   * moment without a row. For what a person did: what became of it.
   */
  take(entry: Entry): Acted | undefined {
    this.#cursor = entry.seq;
    this.#advance(entry.arrived);
    if (Math.abs(this.#now - this.#ticked) >= SECOND) this.tick(this.#now);
    if (entry.kind === 'event') return this.#takeEvent(entry.event, entry.arrived);
    for (const reading of entry.readings) {
      const watch = this.#watches.get(reading.point);
      if (watch !== undefined) this.#judge(watch, reading, entry.arrived);
    }
    return undefined;
  }

  /** Judges what only the passing of time shows: silence, the end of an hour or of a shelf. */
  tick(now: EpochMs): void {
    this.#advance(now);
    this.#ticked = this.#now;
    this.#book.tick(now);
    this.#announcer.tick(now);
    for (const watch of this.#watches.values()) {
      if (tickWatch(watch, this.#watched, this.#court)) this.#touch(watch);
    }
  }

  /** Ids of people who owe an answer to their test call. */
  owingTests(): readonly string[] {
    return this.#announcer.owing();
  }

  /** Those who owe it for too long. */
  unansweredTests(): readonly string[] {
    return this.#announcer.unanswered(this.#now);
  }

  /** What is to be read from the history, as late readings of a point rest or have waited long enough. */
  lateQuestions(): LateQuestion[] {
    const questions: LateQuestion[] = [];
    for (const watch of this.#late) {
      if (watch.late === null || !isDue(watch.late, this.#now)) continue;
      watch.meanwhile = [];
      questions.push(questionOf(watch.late, watch));
    }
    return questions;
  }

  /** Points with late readings that are not judged yet. */
  get latePoints(): number {
    return this.#late.size;
  }

  /** Judges late readings in their place. `known` are alarms of the point and time that may be over by now. */
  judgeLate(question: LateQuestion, answer: LateAnswer): void {
    const watch = this.#watches.get(question.point);
    if (watch === undefined) return;
    this.#touch(watch);
    judgeAtRest(watch, question, answer, this.#court);
    if (watch.late === null) this.#late.delete(watch);
  }

  /** Something about the gateway itself is so, or no longer so. It comes past the journal, which may be what is broken. */
  report(condition: Condition, holds: boolean, now: EpochMs, subject?: ConditionSubject): void {
    const [point, rule] = [conditionPoint(condition, subject), conditionRule(condition, subject)];
    const key = ruleKey(point, rule.id);
    const held = this.#book.active(key) !== undefined;
    if (held && !holds) this.#book.clear(key, now, now);
    if (held || !holds) return;
    const nothing = { value: null, worst: null, late: false, clearedAt: null };
    this.#book.raise({ point, rule, since: now, raisedAt: now, ...nothing }, now);
  }

  /** Everything since the last call, for one transaction. */
  drain(): Changes {
    const points = this.#changed.map((watch) => [watch.point, stateOf(watch)] as const);
    for (const watch of this.#changed) watch.changed = false;
    this.#changed = [];
    const position = {
      ...this.#book.position(),
      cursor: this.#cursor,
      now: this.#now,
      watched: this.#watched,
    };
    return { position, points, ...this.#book.drain() };
  }

  #watch(site: Site, states: ReadonlyMap<PointId, PointState>, now: EpochMs): void {
    const context = { timeZone: site.timeZone, active: (key: string) => this.#book.active(key) };
    const points = site.devices.flatMap((device) => device.points);
    const partners = new Set(points.flatMap(({ rules }) => rules.flatMap(partnerOf)));
    for (const point of points) {
      if (point.rules.length === 0 && !partners.has(point.id)) continue;
      const state = states.get(point.id);
      const watch = watchOf(point, state ?? newState(now, this.#watched), context);
      this.#watches.set(point.id, watch);
      if (watch.late !== null) this.#late.add(watch);
      // That the watch of a new point began is worth keeping: its silence is counted from here.
      if (state === undefined) this.#touch(watch);
    }
    for (const watch of this.#watches.values()) {
      for (const { other } of watch.feeds) if (other !== null) this.#watches.get(other)?.heardBy.push(watch);
    }
  }

  /** An alarm whose rule is no longer in the site file cannot end by itself; one whose rule was changed goes on by it. */
  #settle(site: Site, now: EpochMs): void {
    for (const alarm of this.#book.open()) {
      const { point, rule, clearedAt: over } = alarm;
      if (over === null && isForsaken(alarm, site))
        this.#book.clear(ruleKey(point, rule.id), now, now, FORSAKEN);
      if (over !== null || rule.kind === 'condition') continue;
      const watch = this.#watches.get(point);
      const current = watch && ruleOf(watch, rule.id);
      if (current !== undefined) this.#book.revise(alarm, current, now);
      else this.#book.clear(ruleKey(point, rule.id), now, now, RULE_GONE);
    }
  }

  #advance(now: EpochMs): void {
    const passed = now - this.#now;
    // A row's arrival lies a little before the tick that came in between; only a real step of the clock goes back.
    if (passed < 0 && passed > -MINUTE) return;
    if (passed > 0 && passed <= LONGEST_STEP) this.#watched += passed;
    if (passed < 0) this.#book.setBack(-passed);
    this.#court.now = now;
  }

  /** For what a person did: what became of it. */
  #takeEvent(event: JournalEvent, arrived: EpochMs): Acted | undefined {
    const acted = this.#book.take(event, this.#now);
    if (acted !== undefined) return acted;
    const answered = testAnsweredOf(event);
    if (answered !== undefined) this.#announcer.confirmTest(answered);
    const clockStep = clockStepOf(event);
    if (clockStep !== undefined) this.#clockStepped(clockStep.by);
    const aside = setAsideOf(event);
    if (aside?.why !== 'conflict') return undefined;
    // Their time is taken in the history; measured they are all the same.
    for (const reading of aside.readings) {
      const watch = this.#watches.get(reading.point);
      if (watch === undefined) continue;
      const before = watch.late?.count ?? 0;
      this.#judge(watch, reading, arrived);
      if (watch.late !== null && watch.late.count > before) watch.late = setAside(watch.late, reading);
    }
    return undefined;
  }

  #clockStepped(by: Ms): void {
    for (const watch of this.#watches.values()) {
      watch.shift = shiftBy(watch.shift, by);
      this.#touch(watch);
    }
  }

  #judge(watch: Watch, reading: Reading, arrived: EpochMs): void {
    this.#touch(watch);
    const { at, quality } = reading;
    const { every } = watch;
    if (quality === 'good') heard(watch, { at: arrived, watched: this.#watched, comment: null }, this.#court);
    const bad = quality === 'bad' || reading.value === null;
    // Of what cannot be believed signals alone make something.
    if (bad && watch.feeds.length === 0 && watch.heardBy.length === 0) return;
    if (!bad) followClock(watch, arrived - at);
    if (isLate(at, arrived, watch.newest, every)) {
      this.#keep(watch, reading, arrived);
      return;
    }
    if (!bad) {
      // While it is open whether the point follows a step, the way as it was before is what tells.
      if (watch.shift === null) watch.lag = arrived - at;
      // Two readings may change places within a period; a longer way back is a clock that was put right.
      if (at > watch.newest || watch.newest - at > every) watch.newest = at;
    }
    judgeReading(watch, reading, this.#court);
    for (const other of watch.heardBy) {
      overhear(other, reading, this.#court);
      this.#touch(other);
    }
  }

  /** A late reading: for this point, and for those that compare themselves with it. */
  #keep(watch: Watch, reading: Reading, arrived: EpochMs): void {
    for (const one of [watch, ...watch.heardBy]) {
      if (one.lanes.length === 0) continue;
      one.late = gather(one.late, reading, arrived);
      this.#late.add(one);
      this.#touch(one);
    }
  }

  #touch(watch: Watch): void {
    if (watch.changed) return;
    watch.changed = true;
    this.#changed.push(watch);
  }
}

const partnerOf = (rule: Rule): readonly PointId[] => (rule.kind === 'difference' ? [rule.other] : []);

const RULE_GONE = '规则已不在站点文件中 / the rule is no longer in the site file';
const FORSAKEN = '所涉对象已不在站点文件中 / what it is about is no longer in the site file';
