import type { Alarm } from '#model/alarm';
import type { Entry } from '#model/journal';
import type { Reading } from '#model/reading';
import type { Rule } from '#model/rule';
import { type EpochMs, MINUTE, type Ms, SECOND } from '#model/time';
import { BEGINNING } from '../../alerts/engine/changes.ts';
import { Evaluator } from '../../alerts/engine/evaluator.ts';
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
  readonly late?: true;
}

export interface Timeline {
  readonly every: Ms;
  readonly rules: readonly Rule[];
  readonly values: string;
  readonly late?: readonly { readonly from: number; readonly arrives: number; readonly values: string }[];
}

/** `"5x10 9.2x40 _x3 u9x2 bx1"`: value × samples; `_` no sample, `b` a bad one, `u` before a number an uncertain one. */
export function parseValues(text: string, from: EpochMs, every: Ms): (Reading | null)[] {
  const samples = text.split(/\s+/).flatMap((token) => {
    const match = /^(_|b|u?-?\d+(?:\.\d+)?)(?:x(\d+))?$/.exec(token);
    if (match === null) throw new Error(`"${token}" is not value x count`);
    return Array<string>(Number(match[2] ?? 1)).fill(match[1] ?? '');
  });
  return samples.map((sample, index) => readingOf(sample, from + index * every));
}

function readingOf(sample: string, at: EpochMs): Reading | null {
  if (sample === '_') return null;
  if (sample === 'b') return { point: POINT, at, value: null, quality: 'bad', reason: 'comm-timeout' };
  const uncertain = sample.startsWith('u');
  const value = Number(uncertain ? sample.slice(1) : sample);
  return uncertain
    ? { point: POINT, at, value, quality: 'uncertain', reason: 'calibration' }
    : { point: POINT, at, value, quality: 'good', reason: null };
}

export const readingsEntry = (seq: number, arrived: EpochMs, readings: readonly Reading[]): Entry => ({
  kind: 'readings',
  seq,
  arrived,
  readings,
});

/** What the engine's desk does for the evaluator, from rows in memory. */
export function judgeLate(evaluator: Evaluator, rows: readonly Entry[], known: readonly Alarm[]): void {
  for (const question of evaluator.lateQuestions()) {
    const readings = readingsIn(rows, { ...question, limit: Number.POSITIVE_INFINITY });
    evaluator.judgeLate(question, { readings, known, whole: true });
  }
}

/** Runs a timeline through the evaluator, second by second where nothing else happens. */
export function runTimeline({ every, rules, values, late = [] }: Timeline): Told[] {
  const arrivals = new Map<EpochMs, Reading[]>();
  const arrive = (at: EpochMs, reading: Reading | null) => {
    const there = arrivals.get(at) ?? [];
    arrivals.set(at, reading === null ? there : [...there, reading]);
  };
  for (const [index, reading] of parseValues(values, START, every).entries())
    arrive(START + index * every, reading);
  for (const { from, arrives, values: text } of late) {
    for (const reading of parseValues(text, START + from * MINUTE, every))
      arrive(START + arrives * MINUTE, reading);
  }
  const evaluator = new Evaluator(
    alarmSite({ rules, every }),
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
  late,
}: ReturnType<Evaluator['open']>[number]): Told {
  const minutes = (at: EpochMs) => Math.round(((at - START) / MINUTE) * 100) / 100;
  return {
    rule: rule.id,
    since: minutes(since),
    raised: minutes(raisedAt),
    ...(clearedAt === null ? {} : { cleared: minutes(clearedAt) }),
    ...(worst === null ? {} : { worst }),
    ...(late ? { late } : {}),
  };
}
