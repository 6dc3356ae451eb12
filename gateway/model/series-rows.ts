import type { NumberedAlarmEvent } from './alarm.ts';
import { eventName } from './event-name.ts';
import type { NumberedEvent } from './journal.ts';
import { headlineOf } from './place.ts';
import { splitPointId } from './point.ts';
import {
  ALARM_MEASUREMENT,
  type AlarmFields,
  EVENT_MEASUREMENT,
  type EventFields,
  type SeriesRow,
  type SeriesSite,
  VITALS_MEASUREMENT,
} from './series.ts';
import { vitalsOf } from './vitals.ts';

/** Rows of one series in one millisecond are told apart by this many. */
const ORDERS = 1_000_000;
/** InfluxDB 1.x takes 64 KB in a text; a person reads less. */
const LONGEST_TEXT = 2_000;
/** Of a person's act: tells the caller who waits for it, and nobody else. */
const UNTOLD = new Set(['token', 'device', 'point', 'area']);

export function alarmRow(event: NumberedAlarmEvent, site: SeriesSite): SeriesRow {
  const { type, at, by, comment, no, alarm } = event;
  const { point, rule, state, value, worst } = alarm;
  const text = headlineOf(alarm, site.place(point));
  const fields: AlarmFields = {
    ...{ alarm: alarm.id, state, standing: state === 'normal' ? 0 : 1 },
    ...{ text: plain(text.zh), text_en: plain(text.en) },
    ...known({ by: said(by), comment: said(comment) }),
    ...known({ value: number(value), worst: number(worst) }),
    ...('limit' in rule ? known({ limit: number(rule.limit) }) : {}),
  };
  return {
    ...{ measurement: ALARM_MEASUREMENT, at, order: no % ORDERS, fields: { ...fields } },
    tags: { ...whereabouts(site, point), rule: rule.id, kind: rule.kind, severity: rule.severity, type },
  };
}

/** An event of the journal: what it says of the gateway's health, or else what happened. */
export function eventRow(event: NumberedEvent, site: SeriesSite): SeriesRow {
  const { type, at, by, seq, data } = event;
  const order = seq % ORDERS;
  const vitals = vitalsOf(event);
  if (vitals !== undefined)
    return { measurement: VITALS_MEASUREMENT, at, order, tags: { site: site.id }, fields: vitals };
  const name = eventName(type);
  const fields: EventFields = {
    ...{ text: name.zh, text_en: name.en },
    ...known({ by: said(by), detail: detailOf(data) }),
  };
  const tags = { ...whereabouts(site, data['point'], data['device']), type };
  return { measurement: EVENT_MEASUREMENT, at, order, tags, fields: { ...fields } };
}

type Tags = SeriesRow['tags'];

/** Site, area, device and point, as far as they are known. */
function whereabouts(site: SeriesSite, point: unknown, named: unknown = null): Tags {
  const parts = typeof point === 'string' ? splitPointId(point) : undefined;
  const device = parts?.device ?? (typeof named === 'string' && named !== '' ? named : undefined);
  const area = device === undefined ? undefined : site.area(device);
  return { site: site.id, ...known({ area, device, point: parts?.key }) };
}

/** Numbers, texts and such; a list or a table is not for a line. */
function detailOf(data: NumberedEvent['data']): string | undefined {
  const told = Object.entries(data).filter(
    ([name, value]) => !UNTOLD.has(name) && value !== null && value !== '' && typeof value !== 'object',
  );
  return said(told.map(([name, value]) => `${name}: ${String(value)}`).join(', '));
}

const said = (text: string | null): string | undefined =>
  text === null || text.trim() === '' ? undefined : plain(text);

/** On one line, no longer than anybody reads, and such that every database takes it. */
const plain = (text: string): string =>
  text
    .slice(0, LONGEST_TEXT)
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is sought
    .replaceAll(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ')
    .trim();

const number = (value: number | null): number | undefined =>
  value === null || !Number.isFinite(value) ? undefined : value;

type Known<T> = { [Key in keyof T]?: NonNullable<T[Key]> };

const known = <T extends object>(fields: T): Known<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Known<T>;
