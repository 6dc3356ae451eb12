import type { Alarm } from '#model/alarm';
import { placeOf } from '#model/place';
import type { Site } from '#model/site';
import { SEVERITIES } from '#model/standard';
import { SEVERITY } from './one-alarm.ts';
import { headline } from './place.ts';
import type { Line, Speech } from './speech.ts';

/** A list that nobody reads to its end helps nobody, and channels cut what is longer. */
const LISTED = 30;

/** Occurrences of one rule at one point: a chattering one is one entry with a count. */
interface Entry {
  /** The newest, or one that lasts. */
  readonly alarm: Alarm;
  readonly count: number;
}

export function subjectOfMany(alarms: readonly Alarm[], site: Site, speech: Speech): string {
  const [worst, ...others] = entriesOf(alarms);
  if (worst === undefined) return '';
  const { alarm } = worst;
  const mark =
    alarm.clearedAt === null ? speech.of(SEVERITY[alarm.rule.severity]) : speech.pick('恢复', 'Cleared');
  const first = `${headline(alarm, placeOf(site, alarm.point), speech)}${times(worst)}`;
  if (others.length === 0) return `[${mark}] ${first}`;
  const count = others.length + 1;
  return speech.pick(`[${mark}] ${count} 项：${first} 等`, `[${mark}] ${count} alarms: ${first} and others`);
}

/** What lasts before what is over, the worst first: what is listed first is read. */
export function linesOfMany(alarms: readonly Alarm[], site: Site, speech: Speech): Line[] {
  const entries = entriesOf(alarms);
  const lines = entries
    .slice(0, LISTED)
    .map((entry, index): Line => [String(index + 1), lineOf(entry, site, speech)]);
  const more = entries.length - lines.length;
  return [
    [speech.pick('站点', 'Site'), speech.of(site.name)],
    ...lines,
    ...(more > 0
      ? [[speech.pick('另有', 'More'), speech.pick(`${more} 项，见页面`, `${more}, see the page`)] as const]
      : []),
    ...firstStep(entries, speech),
  ];
}

function lineOf(entry: Entry, site: Site, speech: Speech): string {
  const { alarm } = entry;
  const place = placeOf(site, alarm.point);
  const isOver = alarm.clearedAt !== null;
  const mark = `[${speech.of(SEVERITY[alarm.rule.severity])}${isOver ? speech.pick('，已恢复', ', over') : ''}]`;
  const until = isOver ? ` – ${speech.shortTime(alarm.clearedAt ?? 0)}` : speech.pick(' 起', ' –');
  return `${mark} ${headline(alarm, place, speech)}${times(entry)} ${speech.shortTime(alarm.since)}${until}`;
}

const times = ({ count }: Entry): string => (count > 1 ? ` ×${count}` : '');

/** What to do about the worst. */
function firstStep(entries: readonly Entry[], speech: Speech): Line[] {
  const [worst] = entries;
  if (worst === undefined || worst.alarm.clearedAt !== null) return [];
  return [[speech.pick('首先', 'First'), speech.of(worst.alarm.rule.advice)]];
}

function entriesOf(alarms: readonly Alarm[]): Entry[] {
  const groups = Map.groupBy(alarms, ({ point, rule }) => `${point}/${rule.id}`);
  const entries = [...groups.values()].flatMap((group): Entry[] => {
    const [alarm] = group.toSorted(foremost);
    return alarm === undefined ? [] : [{ alarm, count: new Set(group.map(({ id }) => id)).size }];
  });
  return entries.toSorted((a, b) => worstFirst(a.alarm, b.alarm));
}

/** One that lasts stands for its group, else the newest. */
const foremost = (a: Alarm, b: Alarm): number => overLast(a, b) || b.since - a.since;

const worstFirst = (a: Alarm, b: Alarm): number =>
  overLast(a, b) ||
  SEVERITIES.indexOf(b.rule.severity) - SEVERITIES.indexOf(a.rule.severity) ||
  a.since - b.since;

const overLast = (a: Alarm, b: Alarm): number => Number(a.clearedAt !== null) - Number(b.clearedAt !== null);
