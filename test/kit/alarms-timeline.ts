import type { Alarm } from '#model/alarm';
import type { Entry } from '#model/journal';
import type { Reading } from '#model/reading';
import type { Rule } from '#model/rule';
import { type EpochMs, MINUTE, type Ms, SECOND } from '#model/time';
import { BEGINNING } from '../../alerts/engine/changes.ts';
import { Evaluator } from '../../alerts/engine/judge/evaluator.ts';
import { parseValues as samplesOf } from '../../gateway/cli/rehearsal/values.ts';
import { readingsIn } from './alarms-journal.ts';
import { alarmSite } from './alarms-site.ts';
import { silentAnnouncer } from './silent-announcer.ts';

export const START: EpochMs = Date.UTC(2026, 0, 5);
export const POINT = 'fridge-1.temp';

/** An alarm in minutes from the start of the timeline. */
export interface Told {
  readonly rule: string;
  readonly since: number;
  readonly raised: number;
  readonly cleared?: number;
  readonly worst?: number;
  /** When a forecast expects the limit to be reached. */
  readonly expected?: number;
  readonly late?: true;
}

/** Values of another point, each so long after those of the first. */
export interface Beside {
  readonly values: string;
  readonly offset?: Ms;
}

export interface Timeline {
  readonly every: Ms;
  readonly rules: readonly Rule[];
  readonly values: string;
  /** By key of the same device; these points have no rules of their own. */
  readonly beside?: Readonly<Record<string, Beside>>;
  readonly late?: readonly {
    readonly from: number;
    readonly arrives: number;
    readonly values: string;
    /** Key of the point; that of `values` when left out. */
    readonly of?: string;
  }[];
  readonly timeZone?: string;
}

/** Readings of the notation of `hygate check --alarms`, one each `every`; null where nothing comes. */
export const parseValues = (text: string, from: EpochMs, every: Ms, point = POINT): (Reading | null)[] =>
  samplesOf(text).map((sample, index) => sample && { point, at: from + index * every, ...sample });

export const readingsEntry = (seq: number, arrived: EpochMs, readings: readonly Reading[]): Entry => ({
  kind: 'readings',
  seq,
  arrived,
  readings,
});

/** What the engine's desk does for the evaluator, from rows in memory. */
export function judgeLate(evaluator: Evaluator, rows: readonly Entry[], known: readonly Alarm[]): void {
  for (const question of evaluator.lateQuestions()) {
    const { point, beside, runUp, from, to } = question;
    const read = (of: string, since: EpochMs, until: EpochMs) =>
      readingsIn(rows, { point: of, from: since, to: until, limit: Number.POSITIVE_INFINITY });
    evaluator.judgeLate(question, {
      readings: read(point, from, to),
      runUp: read(point, runUp, from),
      beside: beside.flatMap((other) => read(other, runUp, to)),
      ...{ known, whole: true },
    });
  }
}

/** What comes when. */
function arrivalsOf({ every, values, beside = {}, late = [] }: Timeline): Map<EpochMs, Reading[]> {
  const arrivals = new Map<EpochMs, Reading[]>();
  const arrive = (at: EpochMs, reading: Reading | null) => {
    const there = arrivals.get(at) ?? [];
    arrivals.set(at, reading === null ? there : [...there, reading]);
  };
  const live = (text: string, point: string, offset: Ms) => {
    for (const [index, reading] of parseValues(text, START + offset, every, point).entries())
      arrive(START + offset + index * every, reading);
  };
  live(values, POINT, 0);
  for (const [key, { values: text, offset = 0 }] of Object.entries(beside)) live(text, pointOf(key), offset);
  for (const { from, arrives, values: text, of } of late) {
    for (const reading of parseValues(
      text,
      START + from * MINUTE,
      every,
      of === undefined ? POINT : pointOf(of),
    ))
      arrive(START + arrives * MINUTE, reading);
  }
  return arrivals;
}

const pointOf = (key: string): string => `fridge-1.${key}`;

/** Runs a timeline through the evaluator, second by second where nothing else happens. */
export function runTimeline(timeline: Timeline): Told[] {
  const { every, rules, beside = {}, timeZone } = timeline;
  const arrivals = arrivalsOf(timeline);
  const evaluator = new Evaluator(
    alarmSite({ rules, every, beside: Object.keys(beside), ...(timeZone === undefined ? {} : { timeZone }) }),
    silentAnnouncer,
    { position: BEGINNING, points: [], alarms: [], kept: [] },
    START,
  );
  const alarms = new Map<string, Told>();
  const raised = new Map<string, Alarm>();
  const rows: Entry[] = [];
  const take = (row: Entry) => {
    rows.push(row);
    evaluator.take(row);
  };
  const collect = () => {
    for (const alarm of evaluator.drain().alarms) {
      alarms.set(alarm.id, toldOf(alarm));
      raised.set(alarm.id, alarm);
    }
  };
  let seq = 0;
  const end = Math.max(...arrivals.keys()) + every;
  for (let now = START; now <= end; now += SECOND) {
    const readings = arrivals.get(now);
    if (readings !== undefined && readings.length > 0) take(readingsEntry(++seq, now, readings));
    evaluator.tick(now);
    judgeLate(evaluator, rows, [...raised.values()]);
    collect();
  }
  return [...alarms.values()];
}

function toldOf({
  rule,
  since,
  raisedAt,
  clearedAt,
  worst,
  expectedAt,
  late,
}: ReturnType<Evaluator['open']>[number]): Told {
  const minutes = (at: EpochMs) => Math.round(((at - START) / MINUTE) * 100) / 100;
  return {
    rule: rule.id,
    since: minutes(since),
    raised: minutes(raisedAt),
    ...(clearedAt === null ? {} : { cleared: minutes(clearedAt) }),
    ...(worst === null ? {} : { worst: Math.round(worst * 1e4) / 1e4 }),
    ...(expectedAt === undefined ? {} : { expected: minutes(expectedAt) }),
    ...(late ? { late } : {}),
  };
}
