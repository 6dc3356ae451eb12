import { inSpan } from '#model/daily-span';
import type { Reading } from '#model/reading';
import type { EpochMs, Ms } from '#model/time';
import { ruleKey } from '../book/open-alarms.ts';
import { type Court, HOURS_OVER, raise } from './court.ts';
import { feed, tickFeed } from './feed.ts';
import { clearedAt, isOpen, step } from './lane.ts';
import type { Sample } from './sample.ts';
import type { Watch } from './watch.ts';

/*
 * What readings and the passing of time make of the lanes of a point, as they come. What comes late is judged in its
 * place (late-judgement.ts).
 */

/** Through the lanes that compare it as it is, then through the signals. */
export function judgeReading(watch: Watch, reading: Reading, court: Court): void {
  watch.meanwhile?.push(reading);
  if (reading.quality !== 'bad') {
    for (let index = 0; index < watch.plain; index++) judgeSample(watch, index, reading, court);
  }
  for (const each of watch.feeds) {
    const sample = feed(each, reading, watch.every);
    if (sample !== null) judgeSample(watch, each.lane, sample, court);
  }
}

/** A reading of another point, by the rules that compare with it. */
export function overhear(watch: Watch, reading: Reading, court: Court): void {
  watch.meanwhile?.push(reading);
  for (const each of watch.feeds) {
    if (each.other !== reading.point) continue;
    const sample = feed(each, reading, watch.every);
    if (sample !== null) judgeSample(watch, each.lane, sample, court);
  }
}

export function judgeSample(watch: Watch, index: number, sample: Sample, court: Court): void {
  const lane = watch.lanes[index];
  const before = watch.states[index];
  const key = watch.keys[index];
  if (lane === undefined || before === undefined || key === undefined) return;
  const after = step(lane, before, sample);
  if (after === before) return;
  watch.states[index] = after;
  if (before.phase !== 'active' && after.phase === 'active') {
    raise(court, watch, lane.rule, { ...after, clearedAt: null });
  } else if (before.phase === 'active' && after.phase !== 'active') {
    const comment = isOpen(lane, sample.at) ? null : HOURS_OVER;
    court.book.clear(key, clearedAt(before, sample), court.now, comment);
  } else if (before.phase === 'active' && after.phase === 'active' && before.worst !== after.worst) {
    court.book.worsen(key, after.worst);
  }
}

/** What only the passing of time shows of a point; whether that changed anything of it. */
export function tickWatch(watch: Watch, watched: Ms, court: Court): boolean {
  const silence = tickSilence(watch, watched, court);
  const signals = watch.feeds.length > 0 && tickFeeds(watch, court);
  const hours = watch.scheduled.length > 0 && endHours(watch, court);
  return silence || signals || hours;
}

function tickSilence(watch: Watch, watched: Ms, court: Court): boolean {
  const { noData, timeZone } = watch;
  if (noData === undefined) return false;
  if (noData.during !== undefined && !inSpan(noData.during, court.now, timeZone)) {
    // What is switched off at night is not silent in the morning before it had time to speak.
    heard(watch, { at: court.now, watched, comment: HOURS_OVER }, court);
    return true;
  }
  if (watch.silent || watched - watch.goodWatched <= noData.after) return false;
  watch.silent = true;
  const nothing = { value: null, worst: null, clearedAt: null };
  raise(court, watch, noData, { since: watch.goodAt, raisedAt: court.now, ...nothing });
  return true;
}

interface Heard {
  readonly at: EpochMs;
  readonly watched: Ms;
  readonly comment: string | null;
}

/** There is no silence, or none that counts. */
export function heard(watch: Watch, { at, watched, comment }: Heard, { book, now }: Court): void {
  watch.goodAt = at;
  watch.goodWatched = watched;
  if (!watch.silent) return;
  watch.silent = false;
  book.clear(ruleKey(watch.point, 'no-data'), at, now, comment);
}

function tickFeeds(watch: Watch, court: Court): boolean {
  // Until it is known whose clock was set, the time of the readings is not.
  if (watch.shift !== null) return false;
  let changed = false;
  for (const each of watch.feeds) {
    const before = each.state;
    const sample = tickFeed(each, court.now);
    if (sample !== null) judgeSample(watch, each.lane, sample, court);
    changed ||= before !== each.state;
  }
  return changed;
}

/** A lane whose hours are over is normal. */
function endHours(watch: Watch, court: Court): boolean {
  let changed = false;
  for (const index of watch.scheduled) {
    const before = watch.states[index];
    judgeSample(watch, index, { at: court.now, value: null, quality: 'bad' }, court);
    changed ||= before !== watch.states[index];
  }
  return changed;
}
