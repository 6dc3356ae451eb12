import { DAY, HOUR, MINUTE, type Ms, SECOND } from '#model/time';
import { mean, quantile } from '../bench/sample.ts';
import { type Cell, formatTable, msText } from '../kit/table.ts';
import { INCIDENTS, type IncidentKind } from './incident.ts';
import { type Judged, type Judgement, type Outcome, pointMonths } from './judgement.ts';
import type { YearRecord } from './run-year.ts';

/**
 * Longest from the end of a rule's delay to the first message, since no noise could hide it. Critical: the next reading,
 * one more for the phase, and half a minute for what gathers. Else as long again as a flood's list gathers.
 */
const WORST_DELAY = { critical: 2.5 * MINUTE, other: 7.5 * MINUTE };

/** A sentence that must hold, and whether it does. */
export interface Claim {
  readonly says: string;
  readonly holds: boolean;
  readonly found: string;
}

export function claimsOf(record: YearRecord, { outcomes, alarms }: Judgement): Claim[] {
  const missed = outcomes.filter(({ alarmed }) => !alarmed);
  const untold = outcomes.filter((outcome) => outcome.untold);
  const late = outcomes.filter(isLate);
  // A forecast is a bet: how often it is lost stands in the tables, and is no broken promise.
  const certain = alarms.filter(({ alarm }) => alarm.rule.kind !== 'forecast');
  const wrong = certain.filter(({ verdict }) => verdict === 'false');
  const brief = alarms.filter(({ verdict }) => verdict === 'brief');
  const { proceedings } = record;
  const none = (says: string, count: number, of: string): Claim => ({
    ...{ says, holds: count === 0, found: `${count} of ${of}` },
  });
  return [
    none('every true event is alarmed: missed', missed.length, `${outcomes.length} due`),
    none('everybody hears of what is alarmed: untold', untold.length, `${outcomes.length} due`),
    none(
      `the first message comes within ${msText(WORST_DELAY.critical)} of what is critical, ${msText(WORST_DELAY.other)} of the rest: later`,
      late.length,
      `${outcomes.length} due`,
    ),
    none('no alarm is false, forecasts aside', wrong.length, `${certain.length} alarms`),
    none('nothing rings that is over before the rule’s delay', brief.length, `${alarms.length} alarms`),
    none(
      'no message is sent twice to anybody under one key',
      proceedings.repeated,
      `${proceedings.told.length} messages`,
    ),
    none(
      'nothing is said of what is quiet',
      proceedings.saidWhileQuiet.length,
      `${proceedings.told.length} messages`,
    ),
    none(
      'nothing is said of what is being calibrated by plan',
      saidInMaintenance(record),
      `${record.incidents.filter(({ kind }) => kind === 'calibration').length} calibrations`,
    ),
    none(
      'nothing is said of what a person has shelved',
      saidOnShelf(record),
      `${record.crew.shelves.length} shelves`,
    ),
  ];
}

export function isLate({ toldAfter, due }: Outcome): boolean {
  const { critical, other } = WORST_DELAY;
  return toldAfter !== null && toldAfter.sure > (due.rule.severity === 'critical' ? critical : other);
}

/** By the plan, not by the product's own marks. */
function saidInMaintenance({ incidents, proceedings }: YearRecord): number {
  const planned = incidents.filter(({ kind }) => kind === 'calibration');
  return proceedings.told.filter(({ news, at, lasting }) => {
    if (news === 'cleared' || news === 'test') return false;
    const points = new Set(lasting.map((id) => proceedings.cases.get(id)?.alarm.point));
    return planned.some(
      ({ devices: [device], point, from, to }) => at >= from && at < to && points.has(`${device}.${point}`),
    );
  }).length;
}

/** By the record of those who shelved it, not by the product's own. */
function saidOnShelf({ crew, proceedings }: YearRecord): number {
  const news = proceedings.told.filter(({ news }) => news !== 'cleared' && news !== 'test');
  return crew.shelves.filter(({ point, rule, from, to }) =>
    news.some(
      ({ at, lasting }) =>
        at > from + SECOND &&
        at < to &&
        lasting.some((id) => {
          const alarm = proceedings.cases.get(id)?.alarm;
          return alarm?.point === point && alarm.rule.id === rule;
        }),
    ),
  ).length;
}

export function reportOf(record: YearRecord, judgement: Judgement): string {
  return [
    sideBySide(record, judgement),
    byIncident(record, judgement),
    byRule(record, judgement),
    news(record),
    claims(record, judgement),
  ].join('\n');
}

function sideBySide(record: YearRecord, { outcomes, alarms, bareAlarms }: Judgement): string {
  const days = (record.end - record.start) / DAY;
  const months = pointMonths(record);
  const told = outcomes.flatMap(({ toldAfter }) => toldAfter ?? []);
  const [fromCrossing, fromSure] = [told.map(({ crossing }) => crossing), told.map(({ sure }) => sure)];
  const [people, worst] = perPerson(record);
  const bareDays = Map.groupBy(record.bare.messages, (at) => Math.floor(at / DAY));
  const of = (judged: readonly Judged[], verdict: Judged['verdict']) =>
    judged.filter((each) => each.verdict === verdict).length;
  const forecasts = alarms.filter(({ alarm }) => alarm.rule.kind === 'forecast');
  const limits = outcomes.filter(({ byBare }) => byBare !== null);
  const both = (what: string, ours: Cell, bare: Cell): Cell[] => [what, ours, bare];
  return formatTable({
    title: `${days} days of the hospital: ${record.readings.toLocaleString('en-US')} readings of ${record.witnesses.length} points, ${record.incidents.length} incidents`,
    head: ['', 'Hygate', 'bare threshold'],
    rows: [
      both('excursions that must be alarmed', limits.length, limits.length),
      both(
        'of them missed',
        limits.filter(({ alarmed }) => !alarmed).length,
        limits.filter(({ byBare }) => byBare === false).length,
      ),
      both(
        'silent, faulty or frozen sensors that must be alarmed',
        outcomes.length - limits.length,
        outcomes.length - limits.length,
      ),
      both(
        'of them missed',
        outcomes.filter(({ alarmed, byBare }) => !alarmed && byBare === null).length,
        outcomes.length - limits.length,
      ),
      both('alarms', alarms.length, bareAlarms.length),
      both('of a true event', of(alarms, 'true'), of(bareAlarms, 'true')),
      both('explained by an injected incident only', of(alarms, 'incident'), of(bareAlarms, 'incident')),
      both('of an excursion shorter than the standard’s delay', of(alarms, 'brief'), of(bareAlarms, 'brief')),
      both('false: nothing was there', of(alarms, 'false'), of(bareAlarms, 'false')),
      both('false, per point and month', of(alarms, 'false') / months, of(bareAlarms, 'false') / months),
      both('of them forecasts', forecasts.filter(({ verdict }) => verdict === 'false').length, null),
      both(
        'forecasts: all, and those whose limit was reached',
        `${forecasts.length}, ${of(forecasts, 'true')}`,
        null,
      ),
      both(
        'false or too short, per point and month',
        (of(alarms, 'false') + of(alarms, 'brief')) / months,
        (of(bareAlarms, 'false') + of(bareAlarms, 'brief')) / months,
      ),
      both('messages, per person and day: mean', people, record.bare.messages.length / days),
      both(
        'messages, per person and day: worst',
        worst,
        Math.max(0, ...[...bareDays.values()].map(({ length }) => length)),
      ),
      both('crossing + the rule’s delay → first message: median', text(fromCrossing, 0.5), null),
      both('p99', text(fromCrossing, 0.99), null),
      both('worst', text(fromCrossing, 1), null),
      both('since no noise could hide it + the rule’s delay: p99', text(fromSure, 0.99), null),
      both('worst', text(fromSure, 1), null),
    ],
    notes: [
      'The bare threshold: beyond the limit is an alarm, back inside is the all-clear, each told to the one person on call.',
      'False: no true excursion and no injected incident explains it. The limit is crossed by the true value; readings come once a minute.',
    ],
  });
}

const text = (delays: readonly Ms[], q: number): string =>
  delays.length === 0 ? '–' : msText(quantile(delays, q));

/** Messages of a person and day: the mean over all people and days, and the worst day of anybody. */
function perPerson({ proceedings, site, start, end }: YearRecord): [mean: number, worst: number] {
  const days = Map.groupBy(
    proceedings.told,
    ({ person, at }) => `${person} ${Math.floor((at + 8 * HOUR) / DAY)}`,
  );
  const worst = Math.max(0, ...[...days.values()].map(({ length }) => length));
  return [proceedings.told.length / site.people.length / ((end - start) / DAY), worst];
}

function byIncident({ incidents }: YearRecord, { outcomes }: Judgement): string {
  const kinds = [...(Object.keys(INCIDENTS) as IncidentKind[]), 'nothing injected' as const];
  const rows = kinds.map((kind) => {
    const own = outcomes.filter(({ cause }) => cause === kind);
    const delays = own.flatMap(({ toldAfter }) => toldAfter?.crossing ?? []);
    const missed = own.filter(({ alarmed }) => !alarmed).length;
    return [
      kind,
      incidents.filter((incident) => incident.kind === kind).length,
      own.length,
      missed,
      delays.length === 0 ? null : msText(mean(delays)),
      text(delays, 1),
    ];
  });
  return formatTable({
    title: 'By what happened',
    head: ['incident', 'injected', 'alarms due', 'missed', 'told after, mean', 'worst'],
    rows,
    notes: [
      'An alarm is due by the world alone: the true value was beyond the limit for the rule’s delay and two periods.',
    ],
  });
}

function byRule({ witnesses }: YearRecord, { outcomes, alarms }: Judgement): string {
  const ids = new Set(witnesses.flatMap(({ point }) => point.rules.map(({ id }) => id)));
  const rows = [...ids].map((id) => {
    const own = alarms.filter(({ alarm }) => alarm.rule.id === id);
    const of = (verdict: Judged['verdict']) => own.filter((each) => each.verdict === verdict).length;
    const due = outcomes.filter((outcome: Outcome) => outcome.due.rule.id === id);
    return [
      id,
      due.length,
      due.filter(({ alarmed }) => !alarmed).length,
      own.length,
      of('true'),
      of('incident'),
      of('brief'),
      of('false'),
    ];
  });
  return formatTable({
    title: 'By rule',
    head: ['rule', 'due', 'missed', 'alarms', 'true', 'incident', 'brief', 'false'],
    rows,
  });
}

function news({ proceedings }: YearRecord): string {
  const kinds = Map.groupBy(proceedings.told, ({ news: kind }) => kind);
  return formatTable({
    title: 'Messages',
    head: ['news', 'messages'],
    rows: [...kinds].map(([kind, all]) => [kind, all.length]),
  });
}

const claims = (record: YearRecord, judgement: Judgement): string =>
  formatTable({
    title: 'Claims',
    head: ['claim', 'found', ''],
    rows: claimsOf(record, judgement).map(({ says, found, holds }) => [
      says,
      found,
      holds ? 'holds' : 'DOES NOT HOLD',
    ]),
  });

const time = (at: number): string => new Date(at).toISOString();

/** A line each of what was missed, untold, late, false or too short. */
export const casesOf = ({ outcomes, alarms }: Judgement): string[] => [
  ...outcomes
    .filter((outcome) => !outcome.alarmed || outcome.untold || isLate(outcome))
    .map(({ due: { point, rule, crossing, end }, alarmed, untold, toldAfter, cause }) => {
      const what = alarmed ? (untold ? 'untold' : `late by ${msText(toldAfter?.sure ?? 0)}`) : 'missed';
      return `${what}: ${point} ${rule.id}, ${time(crossing)} to ${time(end)}, ${cause}`;
    }),
  ...alarms
    .filter(({ verdict }) => verdict === 'false' || verdict === 'brief')
    .map(
      ({ alarm, verdict }) =>
        `${verdict}: ${alarm.point} ${alarm.rule.id}, ${time(alarm.since)} to ${time(alarm.raisedAt)}`,
    ),
];
