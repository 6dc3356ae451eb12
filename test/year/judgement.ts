import type { Rule } from '#model/rule';
import type { SitePoint } from '#model/site';
import { DAY, type EpochMs, HOUR, MINUTE, type Ms } from '#model/time';
import type { BareAlarm } from './bare-threshold.ts';
import { type Incident, type IncidentKind, layerOf, overlaps } from './incident.ts';
import type { Due, Verdict } from './oracle.ts';
import type { Case } from './proceedings.ts';
import type { YearRecord } from './run-year.ts';
import type { Witness } from './witness.ts';

/** What an incident leads to may come this long after it: a cabinet warms slowly. */
const AFTERMATH: Ms = 6 * HOUR;

/** A due and what became of it. */
export interface Outcome {
  readonly due: Due;
  readonly alarmed: boolean;
  /**
   * From the end of the rule's delay to the first message; null when it was told before, or a person wanted silence. By
   * the crossing of the true value, and by the moment since which no noise could hide it.
   */
  readonly toldAfter: { readonly crossing: Ms; readonly sure: Ms } | null;
  /** Somebody was to hear of it and nobody did. */
  readonly untold: boolean;
  /** The bare threshold saw it at some time; null for rules that it does not have. */
  readonly byBare: boolean | null;
  readonly cause: IncidentKind | 'nothing injected';
}

export interface Judged {
  readonly alarm: {
    readonly point: string;
    readonly rule: Rule;
    readonly since: EpochMs;
    readonly raisedAt: EpochMs;
  };
  /** `incident`: an injected incident shows in it: a sensor that lies, a change that did not come to the limit. */
  readonly verdict: Verdict | 'incident';
}

export interface Judgement {
  readonly outcomes: readonly Outcome[];
  readonly alarms: readonly Judged[];
  readonly bareAlarms: readonly Judged[];
}

export function judgeYear(record: YearRecord): Judgement {
  const bench = new Bench(record);
  return {
    outcomes: record.witnesses.flatMap(({ oracles }) =>
      oracles.flatMap(({ dues }) => dues.map((due) => bench.outcome(due))),
    ),
    alarms: [...record.proceedings.cases.values()].flatMap((one) => bench.judge(one.alarm)),
    bareAlarms: record.bare.alarms.flatMap((alarm) => bench.judgeBare(alarm)),
  };
}

/** After the rule's delay: until then somebody is told, or it is late. */
const ANSWER: Ms = 10 * MINUTE;

/** Their numbers are crossed by the point's own instrument only. */
const OF_THE_POINT = new Set<Rule['kind']>(['limit', 'no-data', 'fault', 'frozen']);

const keyOf = (point: string, rule: string): string => `${point}/${rule}`;

class Bench {
  readonly #record: YearRecord;
  readonly #cases: ReadonlyMap<string, readonly Case[]>;
  readonly #bare: ReadonlyMap<string, readonly BareAlarm[]>;
  readonly #witnesses: ReadonlyMap<string, Witness>;

  constructor(record: YearRecord) {
    this.#record = record;
    const { proceedings, bare, witnesses } = record;
    const { cases } = proceedings;
    this.#cases = Map.groupBy(cases.values(), ({ alarm }) => keyOf(alarm.point, alarm.rule.id));
    this.#bare = Map.groupBy(bare.alarms, ({ point, rule }) => keyOf(point, rule));
    this.#witnesses = new Map(witnesses.map((witness) => [witness.point.id, witness]));
  }

  outcome(due: Due): Outcome {
    const key = keyOf(due.point, due.rule.id);
    const found = (this.#cases.get(key) ?? []).find((one) => lasted(one, due));
    const told = found === undefined ? null : this.#toldAt(found);
    const silenced = found?.silenced ?? false;
    const before = found !== undefined && (found.alarm.raisedAt < due.crossing || this.#knownOf(found, key));
    const counts =
      told !== null && !before && !silenced && found?.alarm.late === false && this.#wasInReach(due);
    const after = (from: EpochMs) => Math.max(0, (told ?? 0) - from - due.delay);
    return {
      due,
      alarmed: found !== undefined,
      toldAfter: counts ? { crossing: after(due.crossing), sure: after(due.sure) } : null,
      untold: found !== undefined && told === null && !silenced,
      byBare: due.rule.kind === 'limit' ? this.#bareSaw(key, due) : null,
      cause: this.#causeOf(due),
    };
  }

  judge(alarm: Judged['alarm']): Judged[] {
    const { point, rule, since, raisedAt } = alarm;
    const witness = this.#witnesses.get(point);
    if (witness === undefined) return [];
    const oracle = witness.oracles.find((each) => each.rule.id === rule.id);
    const verdict = oracle?.judge(since, raisedAt) ?? 'false';
    if (verdict !== 'false') return [{ alarm, verdict }];
    const explained = this.#explained(witness.point, alarm);
    return [{ alarm, verdict: explained ? 'incident' : 'false' }];
  }

  judgeBare({ point, rule: id, at }: BareAlarm): Judged[] {
    const rule = this.#witnesses.get(point)?.point.rules.find((each) => each.id === id);
    return rule === undefined ? [] : this.judge({ point, rule, since: at, raisedAt: at });
  }

  /** What a logger could not send, or a gateway that was down could not hear, is told when it comes. */
  #wasInReach({ point, rule, crossing, delay }: Due): boolean {
    if (rule.kind !== 'limit') return true;
    const device = this.#witnesses.get(point)?.point.device ?? '';
    return !this.#record.incidents.some(
      (incident) =>
        layerOf(incident.kind) === 'reach' &&
        incident.devices.includes(device) &&
        overlaps(incident, crossing, crossing + delay + ANSWER),
    );
  }

  /** Another occurrence of the same was told within the hour: what comes and goes is one piece of news. */
  #knownOf({ alarm: { id, raisedAt } }: Case, key: string): boolean {
    return (this.#cases.get(key) ?? []).some(
      ({ alarm, toldAt }) =>
        alarm.id !== id && toldAt !== null && toldAt <= raisedAt && toldAt > raisedAt - HOUR,
    );
  }

  /** When somebody heard of it: by a message of its own, or of the alarm that explains it. */
  #toldAt({ toldAt, suppressedBy, raisedAt }: Case): EpochMs | null {
    const cause = this.#record.proceedings.cases.get(suppressedBy ?? '')?.toldAt ?? null;
    if (cause === null) return toldAt;
    // Whoever had heard of the cause had heard of what follows from it.
    return Math.min(toldAt ?? Number.POSITIVE_INFINITY, Math.max(cause, raisedAt));
  }

  #bareSaw(key: string, { crossing, end }: Due): boolean {
    return (this.#bare.get(key) ?? []).some(
      ({ at, clearedAt }) => at <= end && (clearedAt ?? Number.POSITIVE_INFINITY) >= crossing,
    );
  }

  /**
   * An injected trouble that shows in numbers without an excursion. A limit is crossed by the point's own instrument
   * only; a change, a difference or a trend by whatever befalls the device.
   */
  #explained({ device, key }: SitePoint, { since, raisedAt, rule }: Judged['alarm']): boolean {
    const isSign = !OF_THE_POINT.has(rule.kind);
    const own = (incident: Incident) => layerOf(incident.kind) === 'sensor' && incident.point === key;
    return this.#record.incidents.some(
      (incident) =>
        incident.devices.includes(device) &&
        (isSign || own(incident)) &&
        overlaps(incident, since - (isSign ? AFTERMATH : MINUTE), raisedAt + MINUTE),
    );
  }

  #causeOf({ point, crossing, end }: Due): Outcome['cause'] {
    const device = this.#witnesses.get(point)?.point.device ?? '';
    const causes = this.#record.incidents.filter(
      (incident) => incident.devices.includes(device) && overlaps(incident, crossing - AFTERMATH, end),
    );
    return causes.at(-1)?.kind ?? 'nothing injected';
  }
}

/** The alarm held at some time while it was due. */
const lasted = ({ alarm, clearedAt }: Case, { crossing, end }: Due): boolean =>
  alarm.since <= end && (clearedAt ?? Number.POSITIVE_INFINITY) >= crossing;

/** So many months of so many points as the run watched, of 30 days each. */
export const pointMonths = ({ start, end, witnesses }: YearRecord): number =>
  (witnesses.filter(({ point }) => point.rules.length > 0).length * (end - start)) / (30 * DAY);
