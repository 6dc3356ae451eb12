import type { AlarmEvent } from './alarm.ts';
import type { JournalEvent } from './journal.ts';
import type { AreaId, DeviceId } from './point.ts';
import type { EpochMs } from './time.ts';

/*
 * What a time-series database holds beside readings, and what `/query` answers from the journal under the same names. A
 * reading is measurement = quantity, tags `site area device point`, fields `value` and `q`.
 */

/** Alarm events. Tags: site, area, device, point, rule, kind, severity, type. Fields: see AlarmFields. */
export const ALARM_MEASUREMENT = 'alarm';
/** Events of the journal: what people did and what happened to the gateway. Tags: site, type, and area, device, point where the event names them. */
export const EVENT_MEASUREMENT = 'event';
/** What the gateway says of itself. Tag: site. All fields are numbers (float). */
export const VITALS_MEASUREMENT = 'gateway';

/** One row of a series. Texts are strings, numbers floats; a field that is not known is left out. */
export interface SeriesRow {
  readonly measurement: string;
  readonly at: EpochMs;
  /** Tells rows of one series and one millisecond apart: their number modulo 1,000,000, written as nanoseconds. */
  readonly order: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string | number>>;
}

/** What a row must know of the site. `area` is undefined for a device that the site does not have (any more). */
export interface SeriesSite {
  readonly id: string;
  area(device: DeviceId): AreaId | undefined;
}

/** The alarm as it stands after the event. */
export interface AlarmFields {
  /** The occurrence: `#/alarm/<id>` on the page. */
  readonly alarm: string;
  readonly state: string;
  /** 1 while it wants somebody (not `normal`), else 0: the last one of each device, point and rule is what stands now. */
  readonly standing: number;
  /** The name of the rule and the point, for people: Chinese and English. */
  readonly text: string;
  readonly text_en: string;
  readonly by: string;
  readonly comment: string;
  readonly value: number;
  readonly worst: number;
  /** In the rule's unit, where it has one. */
  readonly limit: number;
}

/** An event of the alarms with its number in their store. */
export type NumberedAlarmEvent = AlarmEvent & { readonly no: number };
/** An event of the journal with its row. */
export type NumberedEvent = JournalEvent & { readonly seq: number };
