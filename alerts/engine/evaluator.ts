import type { Alarm, NoDataRule, Rule } from '#model/alarm';
import type { Entry } from '#model/journal';
import type { Router } from '#model/outbox';
import type { PointId } from '#model/point';
import type { Reading } from '#model/reading';
import type { Site, SitePoint } from '#model/site';
import { type EpochMs, MINUTE, type Ms, SECOND } from '#model/time';
import { fromJournal } from './act.ts';
import { AlarmBook, ruleKey } from './book.ts';
import type { Changes, PointState, Stored } from './changes.ts';
import { clearedAt, compileLane, type Lane, type LaneState, NORMAL, step } from './lane.ts';
import { dueOf, gather, isLate, judgeLate, type LateReadings } from './late.ts';

/**
 * The longest step of time that counts as watched. Ticks come each second; a longer step means that the gateway was
 * down or that somebody set the clock, and neither is silence of a device: nothing of it counts.
 */
const LONGEST_STEP: Ms = 5 * SECOND;

/** A live reading that came this long (and a period) after it was measured raises an alarm marked late. */
const LATE_AFTER: Ms = 5 * MINUTE;

/** One point under watch. */
interface Watch {
  readonly point: PointId;
  readonly every: Ms;
  readonly lanes: readonly Lane[];
  readonly keys: readonly string[];
  readonly noData: NoDataRule | undefined;
  readonly states: LaneState[];
  newest: EpochMs;
  goodAt: EpochMs;
  goodWatched: Ms;
  silent: boolean;
  late: LateReadings | null;
  changed: boolean;
}

/**
 * Judges journal rows and the passing of time. A pure core in a class: no clock and no disk; the same rows and ticks
 * from the same stored state give the same alarms. Points without rules cost one look-up.
 */
export class Evaluator {
  readonly #watches = new Map<PointId, Watch>();
  readonly #book: AlarmBook;
  #changed: Watch[] = [];
  #cursor: number;
  #now: EpochMs;
  #watched: Ms;
  #ticked: EpochMs;

  constructor(site: Site, route: Router, stored: Stored, now: EpochMs) {
    this.#book = new AlarmBook(route, stored);
    this.#cursor = stored.position.cursor;
    this.#now = stored.position.now === 0 ? now : stored.position.now;
    this.#watched = stored.position.watched;
    this.#ticked = this.#now;
    const states = new Map(stored.points);
    for (const point of site.devices.flatMap((device) => device.points)) {
      if (point.rules.length === 0) continue;
      const watch = this.#watch(point, states.get(point.id), now);
      this.#watches.set(point.id, watch);
      // That the watch of a new point began is worth keeping: its silence is counted from here.
      if (!states.has(point.id)) this.#touch(watch);
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
  take(entry: Entry): { readonly token: string; readonly alarm: Alarm | undefined } | undefined {
    this.#cursor = entry.seq;
    this.#advance(entry.arrived);
    if (Math.abs(this.#now - this.#ticked) >= SECOND) this.tick(this.#now);
    if (entry.kind === 'readings') {
      for (const reading of entry.readings) {
        const watch = this.#watches.get(reading.point);
        if (watch !== undefined) this.#judge(watch, reading, entry.arrived);
      }
      return undefined;
    }
    const act = fromJournal(entry.event);
    return act && { token: act.token, alarm: this.#book.act(act) };
  }

  /** Judges what only the passing of time shows: silence, the end of a shelf, a late stream that rests. */
  tick(now: EpochMs): void {
    this.#advance(now);
    this.#ticked = this.#now;
    this.#book.unshelve(now);
    for (const watch of this.#watches.values()) {
      const { noData, late } = watch;
      const silence = this.#watched - watch.goodWatched;
      if (noData !== undefined && !watch.silent && silence > noData.after) this.#raiseSilence(watch, noData);
      if (late !== null) this.#considerLate(watch, late);
    }
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

  #watch(point: SitePoint, state: PointState | undefined, now: EpochMs): Watch {
    const lanes = point.rules
      .filter((rule) => rule.kind === 'limit')
      .map((rule) => compileLane(rule, point.every));
    const keys = lanes.map((lane) => ruleKey(point.id, lane.rule.id));
    return {
      point: point.id,
      every: point.every,
      lanes,
      keys,
      noData: point.rules.find((rule) => rule.kind === 'no-data'),
      states: lanes.map((lane) =>
        resume(state?.lanes[lane.rule.id], this.#book.active(ruleKey(point.id, lane.rule.id))),
      ),
      newest: state?.newest ?? 0,
      goodAt: state?.goodAt ?? now,
      goodWatched: state?.goodWatched ?? this.#watched,
      silent: this.#book.active(ruleKey(point.id, 'no-data')) !== undefined,
      late: state?.late ?? null,
      changed: false,
    };
  }

  /** An alarm whose rule is no longer in the site file cannot end by itself. */
  #closeOrphans(now: EpochMs): void {
    for (const { point, rule, clearedAt: over } of this.#book.open()) {
      const watch = this.#watches.get(point);
      const ruled =
        rule.kind === 'no-data' ? watch?.noData : watch?.lanes.find((lane) => lane.rule.id === rule.id);
      if (over === null && ruled === undefined)
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

  #judge(watch: Watch, reading: Reading, arrived: EpochMs): void {
    this.#touch(watch);
    if (reading.quality === 'good') this.#hear(watch, arrived);
    if (reading.quality === 'bad' || reading.value === null) return;
    const { at } = reading;
    if (isLate(at, arrived, watch.newest, watch.every)) {
      watch.late = gather(watch.late, reading, arrived);
      return;
    }
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
      const late = this.#now - reading.at > LATE_AFTER + watch.every;
      this.#raise(watch.point, lane.rule, { ...after, late, clearedAt: null });
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
    const nothing = { value: null, worst: null, late: false, clearedAt: null };
    this.#raise(watch.point, rule, { since: watch.goodAt, raisedAt: this.#now, ...nothing });
  }

  #considerLate(watch: Watch, late: LateReadings): void {
    const due = dueOf(late, this.#now, watch.every);
    if (due === 'wait') return;
    this.#touch(watch);
    if (due === 'forget') watch.late = null;
    else
      for (const found of judgeLate(late, watch.lanes))
        this.#raise(watch.point, found.lane.rule, { ...found, late: true });
  }

  #raise(
    point: PointId,
    rule: Rule,
    found: Pick<Alarm, 'since' | 'raisedAt' | 'value' | 'worst' | 'late' | 'clearedAt'>,
  ): void {
    const { since, raisedAt, value, worst, late, clearedAt: over } = found;
    this.#book.raise({ point, rule, since, raisedAt, value, worst, late, clearedAt: over }, this.#now);
  }

  #touch(watch: Watch): void {
    if (watch.changed) return;
    watch.changed = true;
    this.#changed.push(watch);
  }
}

const RULE_GONE = '规则已不在站点文件中 / the rule is no longer in the site file';

/** A lane is active exactly while its alarm lasts, whatever happened to the site file in between. */
function resume(state: LaneState | undefined, alarm: Alarm | undefined): LaneState {
  if (alarm === undefined) return state === undefined || state.phase === 'active' ? NORMAL : state;
  if (state?.phase === 'active') return state;
  const { since, raisedAt, value, worst } = alarm;
  return { phase: 'active', since, raisedAt, value: value ?? 0, worst: worst ?? value ?? 0, back: null };
}

function stateOf({ newest, goodAt, goodWatched, lanes, states, late }: Watch): PointState {
  const abnormal = lanes.flatMap((lane, index) => {
    const state = states[index];
    return state === undefined || state.phase === 'normal' ? [] : [[lane.rule.id, state] as const];
  });
  return {
    newest,
    goodAt,
    goodWatched,
    lanes: Object.fromEntries(abnormal),
    late: late && structuredClone(late),
  };
}
