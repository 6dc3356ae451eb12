import type { Alarm } from '#model/alarm';
import type { Reading } from '#model/reading';
import type { Rule } from '#model/rule';
import type { EpochMs } from '#model/time';
import { type AlarmBook, ruleKey } from './book.ts';
import { NORMAL } from './lane.ts';
import type { LateQuestion } from './late.ts';
import { judgeAgain } from './retrace.ts';
import type { Watch } from './watch.ts';

/** What the history says to a LateQuestion. */
export interface LateAnswer {
  /** In order of time. */
  readonly readings: readonly Reading[];
  /** Alarms of the point about that time, also those that are over. */
  readonly known: readonly Alarm[];
  /** All that was asked for; else only the beginning of it. */
  readonly whole: boolean;
}

export type Found = Pick<Alarm, 'since' | 'raisedAt' | 'value' | 'worst' | 'clearedAt'>;

/** Where verdicts go. */
export interface Court {
  readonly book: AlarmBook;
  readonly now: EpochMs;
  readonly raise: (rule: Rule, found: Found) => void;
}

interface Scene {
  readonly readings: readonly Reading[];
  readonly known: readonly Alarm[];
  readonly atHead: boolean;
}

/** Judges the late readings of a point in their place, and takes out of its span what was judged. */
export function judgeAtRest(watch: Watch, question: LateQuestion, answer: LateAnswer, court: Court): void {
  const { late, meanwhile } = watch;
  const { readings, whole } = answer;
  watch.meanwhile = null;
  if (late === null) return;
  const seen = readings.at(-1)?.at ?? late.to;
  const atHead = question.atHead && whole;
  const known = knownOf(watch, answer.known, court.book);
  const since = (meanwhile ?? []).filter(({ at }) => at > seen);
  judgeScene(watch, { readings: atHead ? [...readings, ...since] : readings, known, atHead }, court);
  if (late.aside.length > 0) {
    judgeScene(watch, { readings: overlaid(readings, late.aside), known, atHead: false }, court);
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

function judgeScene(watch: Watch, { readings, known, atHead }: Scene, { book, now, raise }: Court): void {
  const from = readings.at(0)?.at ?? 0;
  for (const [index, lane] of watch.lanes.entries()) {
    const state = watch.states[index] ?? NORMAL;
    const seed = state.phase !== 'normal' && state.since < from ? state : NORMAL;
    const alarms = known.filter(({ rule }) => rule.id === lane.rule.id);
    const verdict = judgeAgain({ lane, seed, readings, known: alarms, atHead });
    for (const correction of verdict.corrected) book.correct(correction, now);
    if (verdict.over !== null) book.clear(ruleKey(watch.point, lane.rule.id), verdict.over, now);
    for (const found of verdict.news) raise(lane.rule, found);
    if (verdict.state !== null) watch.states[index] = verdict.state;
  }
}

/** In order of time; where both have a reading at a time, the one that lay aside. */
function overlaid(readings: readonly Reading[], aside: readonly Reading[]): Reading[] {
  const byTime = new Map([...readings, ...aside].map((reading) => [reading.at, reading]));
  return [...byTime.values()].sort((a, b) => a.at - b.at);
}
