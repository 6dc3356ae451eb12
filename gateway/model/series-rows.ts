import { type Alarm, type NumberedAlarmEvent, standsAfter } from './alarm.ts';
import { eventDetail } from './event-detail.ts';
import { eventName } from './event-name.ts';
import { formatFinding, hasWorst } from './finding-words.ts';
import type { NumberedEvent } from './journal.ts';
import { headlineOf } from './place.ts';
import { type PointId, splitPointId } from './point.ts';
import { formatRule } from './rule-words.ts';
import {
  ALARM_MEASUREMENT,
  type AlarmFields,
  EVENT_MEASUREMENT,
  type EventFields,
  type SeriesRow,
  type SeriesSite,
  VITALS_MEASUREMENT,
} from './series.ts';
import { rankOf } from './standard.ts';
import type { Language } from './text.ts';
import { vitalsOf } from './vitals.ts';

/** Rows of one series in one millisecond are told apart by this many. */
const ORDERS = 1_000_000;
/** InfluxDB 1.x takes 64 KB in a text; a person reads less. */
const LONGEST_TEXT = 2_000;

export function alarmRow(event: NumberedAlarmEvent, site: SeriesSite): SeriesRow {
  const { type, at, by, comment, no, alarm } = event;
  const { point, rule, state, value, worst } = alarm;
  const text = headlineOf(alarm, site.place(point));
  const parts = splitPointId(point);
  const area = parts && site.area(parts.device);
  const fields: AlarmFields = {
    ...{ alarm: alarm.id, state, ...standingFields(event), rank: rankOf(rule.severity) },
    ...{ text: plain(text.zh), text_en: plain(text.en) },
    ...known({ by: said(by), comment: said(comment) }),
    ...known({ value: number(value), worst: number(worst) }),
    ...('limit' in rule ? known({ limit: number(rule.limit) }) : {}),
    ...known({ worst_text: worstText(alarm, site, 'zh'), worst_text_en: worstText(alarm, site, 'en') }),
    ...known({ limit_text: limitText(alarm, site, 'zh'), limit_text_en: limitText(alarm, site, 'en') }),
  };
  return {
    ...{ measurement: ALARM_MEASUREMENT, at, order: no % ORDERS, fields: { ...fields } },
    tags: {
      ...{ site: site.id, ...known({ area, device: parts?.device, point: parts?.key }) },
      ...{ rule: rule.id, kind: rule.kind, severity: rule.severity, type },
    },
  };
}

function standingFields(event: NumberedAlarmEvent) {
  const stands = standsAfter(event);
  if (stands === null) return { standing: 0 };
  const { alarm, state, mark } = stands;
  return { standing: mark === null ? 1 : 2, standing_alarm: alarm, standing_state: mark ?? state };
}

function worstText({ point, rule, worst }: Alarm, site: SeriesSite, language: Language): string | undefined {
  const { quantity } = site.place(point);
  const isTold = number(worst) !== undefined && hasWorst(rule, quantity);
  return isTold ? plain(formatFinding(rule, worst, { quantity, language })) : undefined;
}

/** A condition of the gateway has no more to say than its name. */
function limitText({ point, rule }: Alarm, site: SeriesSite, language: Language): string | undefined {
  if (rule.kind === 'condition') return undefined;
  const nameOf = (id: PointId) => {
    const other = site.place(id);
    return `${other.device[language]} ${other.point[language]}`;
  };
  return said(formatRule(rule, { quantity: site.place(point).quantity, language, nameOf }));
}

/** An event of the journal: what it says of the gateway's health, or else what happened. */
export function eventRow(event: NumberedEvent, site: SeriesSite): SeriesRow {
  const { type, at, by, seq, data } = event;
  const order = seq % ORDERS;
  const vitals = vitalsOf(event);
  if (vitals !== undefined)
    return { measurement: VITALS_MEASUREMENT, at, order, tags: { site: site.id }, fields: vitals };
  const name = eventName(type);
  // Of a person's act the token tells the caller who waits for it, and nobody else.
  const { point, device, token, ...rest } = data;
  const where = whereabouts(site, point, device);
  const told = where === undefined ? { point, device, ...rest } : rest;
  const fields: EventFields = {
    ...{ text: name.zh, text_en: name.en },
    ...known({ by: said(by), detail: said(eventDetail(told, site.timeZone)) }),
  };
  const tags = { site: site.id, ...where, type };
  return { measurement: EVENT_MEASUREMENT, at, order, tags, fields: { ...fields } };
}

/** Undefined when the site has no such device: what anybody may have called so makes no series. */
function whereabouts(site: SeriesSite, point: unknown, named: unknown): SeriesRow['tags'] | undefined {
  const parts = typeof point === 'string' ? splitPointId(point) : undefined;
  const device = parts?.device ?? named;
  const area = typeof device === 'string' ? site.area(device) : undefined;
  if (typeof device !== 'string' || area === undefined) return undefined;
  return { area, device, ...known({ point: parts?.key }) };
}

const said = (text: string | null): string | undefined => plain(text ?? '') || undefined;

/** On one line, no longer than anybody reads, and such that every database takes it. */
const plain = (text: string): string =>
  text
    .slice(0, LONGEST_TEXT)
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();

const number = (value: number | null): number | undefined =>
  value === null || !Number.isFinite(value) ? undefined : value;

type Known<T> = { [Key in keyof T]?: NonNullable<T[Key]> };

const known = <T extends object>(fields: T): Known<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Known<T>;
