import type { Alarm } from '#model/alarm';
import type { Announcer, OpenAnnouncer } from '#model/announcer';
import { clockStepOf } from '#model/clock-step';
import { type Condition, type ConditionSubject, conditionPoint, conditionRule } from '#model/condition';
import type { Entry, JournalEvent } from '#model/journal';
import type { PointId } from '#model/point';
import type { Reading } from '#model/reading';
import type { NoDataRule, Rule } from '#model/rule';
import { setAsideOf } from '#model/set-aside';
import type { Site } from '#model/site';
import { testAnsweredOf } from '#model/test-call';
import { type EpochMs, MINUTE, type Ms, SECOND } from '#model/time';
import { type Act, fromJournal } from './act.ts';
import { AlarmBook, ruleKey } from './book.ts';
import type { Changes, Stored } from './changes.ts';
import { shiftBy } from './clock-shift.ts';
import { clearedAt, step } from './lane.ts';
import { gather, isDue, isLate, type LateQuestion, questionOf, setAside } from './late.ts';
import { type Found, judgeAtRest, type LateAnswer } from './late-judgement.ts';
import { followClock, hasRule, newState, stateOf, type Watch, watchOf } from './watch.ts';

/**
 * The longest step of time that counts as watched. Ticks come each second; a longer step means that the gateway was
 * down or that somebody set the clock, and neither is silence of a device: nothing of it counts.
 */
const LONGEST_STEP: Ms = 5 * SECOND;

/** An alarm is marked late when it is raised this long (and a period) after its delay had run out. */
const LATE_AFTER: Ms = 5 * MINUTE;

/** What a person did to an alarm, and the alarm after it. */
export interface Acted {
  readonly token: string;
  readonly alarm: Alarm | undefined;
}

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
  #now: EpochMs;
  #watched: Ms;
  #ticked: EpochMs;

  constructor(site: Site, announce: OpenAnnouncer, stored: Stored, now: EpochMs) {
    this.#announcer = announce(new Map(stored.kept), stored.alarms, (id) => this.#book.get(id));
    this.#book = new AlarmBook(this.#announcer, stored);
    this.#cursor = stored.position.cursor;
    this.#now = stored.position.now === 0 ? now : stored.position.now;
    this.#watched = stored.position.watched;
    this.#ticked = this.#now;
    const states = new Map(stored.points);
    for (const point of site.devices.flatMap((device) => device.points)) {
      if (point.rules.length === 0) continue;
      const state = states.get(point.id);
      const watch = watchOf(point, state ?? newState(now, this.#watched), (key) => this.#book.active(key));
      this.#watches.set(point.id, watch);
      if (watch.late !== null) this.#late.add(watch);
      // That the watch of a new point began is worth keeping: its silence is counted from here.
      if (state === undefined) this.#touch(watch);
    }
    this.#closeOrphans(now);
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

  /**
   * Judges one row, and before it the time that passed until it arrived: under load and in a replay there may be no
   * moment without a row. For an act of a person: its token and the alarm after it.
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

  /** Judges what only the passing of time shows: silence, the end of a shelf. */
  tick(now: EpochMs): void {
    this.#advance(now);
    this.#ticked = this.#now;
    this.#book.unshelve(now);
    this.#announcer.tick(now);
    for (const watch of this.#watches.values()) {
      const { noData } = watch;
      const silence = this.#watched - watch.goodWatched;
      if (noData !== undefined && !watch.silent && silence > noData.after) this.#raiseSilence(watch, noData);
    }
  }

  /** Ids of people who owe an answer to their test call. */
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
    judgeAtRest(watch, question, answer, {
      ...{ book: this.#book, now: this.#now },
      raise: (rule, found) => this.#raise(watch, rule, found),
    });
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

  /** An alarm whose rule is no longer in the site file cannot end by itself. */
  #closeOrphans(now: EpochMs): void {
    for (const { point, rule, clearedAt: over } of this.#book.open()) {
      const watch = this.#watches.get(point);
      if (over !== null || rule.kind === 'condition' || (watch !== undefined && hasRule(watch, rule)))
        continue;
      this.#book.clear(ruleKey(point, rule.id), now, now, RULE_GONE);
    }
  }

  #advance(now: EpochMs): void {
    const passed = now - this.#now;
    // A row's arrival lies a little before the tick that came in between; only a real step of the clock goes back.
    if (passed < 0 && passed > -MINUTE) return;
    if (passed > 0 && passed <= LONGEST_STEP) this.#watched += passed;
    this.#now = now;
  }

  /** For an act of a person: its token and the alarm after it. */
  #takeEvent(event: JournalEvent, arrived: EpochMs): Acted | undefined {
    const act: Act | undefined = fromJournal(event);
    if (act !== undefined) return { token: act.token, alarm: this.#book.act(act) };
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
    if (reading.quality === 'good') this.#hear(watch, arrived);
    if (reading.quality === 'bad' || reading.value === null) return;
    const { at } = reading;
    followClock(watch, arrived - at);
    if (isLate(at, arrived, watch.newest, watch.every)) {
      watch.late = gather(watch.late, reading, arrived);
      this.#late.add(watch);
      return;
    }
    // While it is open whether the point follows a step, the way as it was before is what tells.
    if (watch.shift === null) watch.lag = arrived - at;
    watch.meanwhile?.push(reading);
    // Two readings may change places within a period; a longer way back is a clock that was put right.
    if (at > watch.newest || watch.newest - at > watch.every) watch.newest = at;
    for (let index = 0; index < watch.lanes.length; index++) this.#judgeLane(watch, index, reading);
  }

  #judgeLane(watch: Watch, index: number, reading: Reading): void {
    const lane = watch.lanes[index];
    const before = watch.states[index];
    const key = watch.keys[index];
    if (lane === undefined || before === undefined || key === undefined) return;
    const after = step(lane, before, reading);
    if (after === before) return;
    watch.states[index] = after;
    if (before.phase !== 'active' && after.phase === 'active') {
      this.#raise(watch, lane.rule, { ...after, clearedAt: null });
    } else if (before.phase === 'active' && after.phase !== 'active') {
      this.#book.clear(key, clearedAt(before, reading), this.#now);
    } else if (before.phase === 'active' && after.phase === 'active' && before.worst !== after.worst) {
      this.#book.worsen(key, after.worst);
    }
  }

  #hear(watch: Watch, arrived: EpochMs): void {
    watch.goodAt = arrived;
    watch.goodWatched = this.#watched;
    if (!watch.silent) return;
    watch.silent = false;
    this.#book.clear(ruleKey(watch.point, 'no-data'), arrived, this.#now);
  }

  #raiseSilence(watch: Watch, rule: NoDataRule): void {
    watch.silent = true;
    const nothing = { value: null, worst: null, clearedAt: null };
    this.#raise(watch, rule, { since: watch.goodAt, raisedAt: this.#now, ...nothing });
  }

  #raise({ point, every }: Watch, rule: Rule, found: Found): void {
    const { since, raisedAt, value, worst, clearedAt: over } = found;
    const late = this.#now - raisedAt > LATE_AFTER + every;
    this.#book.raise({ point, rule, since, raisedAt, value, worst, late, clearedAt: over }, this.#now);
  }

  #touch(watch: Watch): void {
    if (watch.changed) return;
    watch.changed = true;
    this.#changed.push(watch);
  }
}

const RULE_GONE = '规则已不在站点文件中 / the rule is no longer in the site file';
