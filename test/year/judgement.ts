import type { Rule } from '#model/rule';
import type { SitePoint } from '#model/site';
import { DAY, type EpochMs, HOUR, MINUTE, type Ms } from '#model/time';
import type { BareAlarm } from './bare-threshold.ts';
import { type Incident, type IncidentKind, layerOf, overlaps } from './incident.ts';
import type { Due, Oracle, Verdict } from './oracle.ts';
import type { Case } from './proceedings.ts';
import type { YearRecord } from './run-year.ts';
import type { Witness } from './witness.ts';

/** What an incident leads to may come this long after it: a cabinet warms slowly. */
const AFTERMATH: Ms = 6 * HOUR;

/** A due and what became of it. */
export interface Outcome {
  readonly due: Due;
  readonly alarmed: boolean;
  /** From the end of the rule's delay to the first message; null when it was told before, or a person wanted silence. */
  readonly toldAfter: Ms | null;
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
  /** `instrument`: there was no excursion, but an injected trouble of the instrument. */
  readonly verdict: Verdict | 'instrument';
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
    const before = found !== undefined && found.alarm.raisedAt < due.crossing;
    const counts = told !== null && !before && !silenced && found?.alarm.late === false;
    return {
      due,
      alarmed: found !== undefined,
      toldAfter: counts ? Math.max(0, told - due.crossing - due.delay) : null,
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
    const explained = this.#explained(witness.point, since, raisedAt, oracle);
    return [{ alarm, verdict: explained ? 'instrument' : 'false' }];
  }

  judgeBare({ point, rule: id, at }: BareAlarm): Judged[] {
    const rule = this.#witnesses.get(point)?.point.rules.find((each) => each.id === id);
    return rule === undefined ? [] : this.judge({ point, rule, since: at, raisedAt: at });
  }

  /** When somebody heard of it: by a message of its own, or of the alarm that explains it. */
  #toldAt({ toldAt, suppressedBy, raisedAt }: Case): EpochMs | null {
    if (toldAt !== null || suppressedBy === null) return toldAt;
    const told = this.#record.proceedings.cases.get(suppressedBy)?.toldAt ?? null;
    // Whoever had heard of the cause had heard of what follows from it.
    return told === null ? null : Math.max(told, raisedAt);
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
  #explained(
    { device, key }: SitePoint,
    since: EpochMs,
    raisedAt: EpochMs,
    oracle: Oracle | undefined,
  ): boolean {
    const own = (incident: Incident) => layerOf(incident.kind) === 'sensor' && incident.point === key;
    return this.#record.incidents.some(
      (incident) =>
        incident.devices.includes(device) &&
        (oracle === undefined || own(incident)) &&
        overlaps(incident, since - (oracle === undefined ? AFTERMATH : MINUTE), raisedAt + MINUTE),
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
