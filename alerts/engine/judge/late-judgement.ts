import type { Alarm } from '#model/alarm';
import type { Reading } from '#model/reading';
import type { EpochMs, Ms } from '#model/time';
import type { AlarmBook } from '../book/book.ts';
import { type Court, raise } from './court.ts';
import { blank, type Feed, feed, tickFeed } from './feed.ts';
import { type Lane, type LaneState, NORMAL } from './lane.ts';
import type { LateQuestion } from './late.ts';
import { judgeAgain } from './retrace.ts';
import type { Sample } from './sample.ts';
import type { Watch } from './watch.ts';

/** What the history says to a LateQuestion. */
export interface LateAnswer {
  /** In order of time. */
  readonly readings: readonly Reading[];
  /** Of the point from `runUp` to `from`; null: too many, what signals say then stands as it is. None when left out. */
  readonly runUp?: readonly Reading[] | null;
  /** Of the points beside it, from `runUp` on, in order of time. */
  readonly beside?: readonly Reading[];
  /** Alarms of the point about that time, also those that are over. */
  readonly known: readonly Alarm[];
  /** All that was asked for; else only the beginning of it. */
  readonly whole: boolean;
}

interface Scene {
  readonly readings: readonly Reading[];
  /** What signals hear before and beside it; null where that is too much. */
  readonly prelude: readonly Reading[] | null;
  readonly beside: readonly Reading[];
  readonly known: readonly Alarm[];
  readonly atHead: boolean;
}

/** Judges the late readings of a point in their place, and takes out of its span what was judged. */
export function judgeAtRest(watch: Watch, question: LateQuestion, answer: LateAnswer, court: Court): void {
  const { late } = watch;
  const { readings, whole, runUp = [], beside = [] } = answer;
  const meanwhile = watch.meanwhile ?? [];
  watch.meanwhile = null;
  if (late === null) return;
  const seen = readings.at(-1)?.at ?? late.to;
  const atHead = question.atHead && whole;
  const since = atHead ? meanwhile.filter(({ at }) => at > seen) : [];
  const isOwn = ({ point }: Reading) => point === watch.point;
  const scene = {
    prelude: runUp,
    beside: [...beside, ...since.filter((reading) => !isOwn(reading))],
    known: knownOf(watch, answer.known, court.book),
  };
  judgeScene(watch, { ...scene, readings: [...readings, ...since.filter(isOwn)], atHead }, court);
  if (late.aside.length > 0) {
    judgeScene(watch, { ...scene, readings: overlaid(readings, late.aside), atHead: false }, court);
  }
  if (atHead) watch.newest = Math.max(watch.newest, seen);
  const rest = { ...late, waitsSince: court.now, aside: [] };
  if (!whole) watch.late = { ...rest, from: Math.max(seen, late.from + 1) };
  else watch.late = late.count > question.count ? rest : null;
}

/** Those that are not over as the book has them: they may have changed since the store was asked. */
function knownOf({ point }: Watch, stored: readonly Alarm[], book: AlarmBook): Alarm[] {
  const open = book.open();
  const over = stored.filter(({ id }) => book.get(id) === undefined);
  return [...over, ...open].filter((alarm) => alarm.point === point);
}

function judgeScene(watch: Watch, scene: Scene, court: Court): void {
  for (const [index, lane] of watch.lanes.entries()) {
    const live = watch.feeds.find((each) => each.lane === index);
    if (live === undefined) {
      judgeLane(watch, { index, lane, samples: scene.readings.filter(isValue) }, scene, court);
      continue;
    }
    const again = blank(live);
    const samples = samplesOf(again, scene, { every: watch.every, now: court.now });
    if (samples === null) continue;
    judgeLane(watch, { index, lane, samples }, scene, court);
    if (scene.atHead) Object.assign(live, { state: again.state, seen: again.seen });
  }
}

const isValue = ({ quality }: Reading): boolean => quality !== 'bad';

interface Moment {
  readonly every: Ms;
  readonly now: EpochMs;
}

/** What the signal says in the scene, run up so that it remembers what it would. Null when that is too much to read. */
function samplesOf(again: Feed, scene: Scene, { every, now }: Moment): Sample[] | null {
  const { prelude, beside, readings, atHead } = scene;
  if (prelude === null) return null;
  const from = readings.at(0)?.at ?? Number.POSITIVE_INFINITY;
  const heard = again.other === null ? [] : beside.filter(({ point }) => point === again.other);
  const all = [...prelude, ...readings, ...heard].sort((a, b) => a.at - b.at);
  const samples = all.flatMap((reading) => {
    const sample = feed(again, reading, every);
    return sample === null || reading.at < from ? [] : sample;
  });
  // An hour that is over by now was judged without a reading after it.
  const last = atHead ? tickFeed(again, now) : null;
  return last === null ? samples : [...samples, last];
}

interface Trial {
  readonly index: number;
  readonly lane: Lane;
  readonly samples: readonly Sample[];
}

function judgeLane(watch: Watch, { index, lane, samples }: Trial, scene: Scene, court: Court): void {
  const { book, now } = court;
  const first = samples.at(0);
  if (first === undefined) return;
  const verdict = judgeAgain({
    ...{ lane, samples, atHead: scene.atHead },
    seed: seedOf(watch.states[index], first),
    known: scene.known.filter(({ rule }) => rule.id === lane.rule.id),
  });
  for (const correction of verdict.corrected) book.correct(correction, now);
  if (verdict.over !== null) book.clear(watch.keys[index] ?? '', verdict.over, now);
  for (const found of verdict.news) {
    // What was to be expected then is no news when it is over.
    if (lane.rule.kind !== 'forecast' || found.clearedAt === null) raise(court, watch, lane.rule, found);
  }
  if (verdict.state !== null) watch.states[index] = verdict.state;
}

const seedOf = (state: LaneState = NORMAL, { at }: Sample): LaneState =>
  state.phase !== 'normal' && state.since < at ? state : NORMAL;

/** In order of time; where both have a reading at a time, the one that lay aside. */
function overlaid(readings: readonly Reading[], aside: readonly Reading[]): Reading[] {
  const byTime = new Map([...readings, ...aside].map((reading) => [reading.at, reading]));
  return [...byTime.values()].sort((a, b) => a.at - b.at);
}
