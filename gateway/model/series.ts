import { type Place, placeOf } from './place.ts';
import type { AreaId, DeviceId, PointId } from './point.ts';
import type { Site } from './site.ts';
import type { EpochMs } from './time.ts';

/*
 * What a time-series database holds beside readings, and what `/query` answers from the journal under the same names. A
 * reading is measurement = quantity, tags `site area device point`, fields `value` and `q`.
 */

/** Alarm events. Tags: site, area, device, point, rule, kind, severity, type. Fields: see AlarmFields. */
export const ALARM_MEASUREMENT = 'alarm';
/** Events of the journal but vitals. Tags: site, type, and area, device, point where the event names them. Fields: see EventFields. */
export const EVENT_MEASUREMENT = 'event';
/** What the gateway says of its health (`VITALS` of ./vitals). Tag: site. All fields are numbers (float). */
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

/** What a row must know of the site. */
export interface SeriesSite {
  readonly id: string;
  /** IANA; moments in texts are of this clock. */
  readonly timeZone: string;
  /** Undefined for a device that the site does not have (any more), and for the gateway itself. */
  area(device: DeviceId): AreaId | undefined;
  place(point: PointId): Place;
}

export function seriesSite(site: Pick<Site, 'id' | 'name' | 'timeZone' | 'areas' | 'devices'>): SeriesSite {
  const areas = new Map(site.devices.map(({ id, area }) => [id, area]));
  return {
    id: site.id,
    timeZone: site.timeZone,
    area: (device) => areas.get(device),
    place: (point) => placeOf(site, point),
  };
}

/** The alarm as it stands after the event. What is not known is left out. */
export interface AlarmFields {
  /** The occurrence that the event is about: `#/alarm/<id>` on the page. */
  readonly alarm: string;
  readonly state: string;
  /**
   * What of the point and rule stands after the event, of all its occurrences: 0 nothing, 1 something that wants somebody, 2
   * only what is quiet (shelved, suppressed, out of service). The last row of each device, point and rule is what stands now.
   */
  readonly standing: number;
  /** The occurrence that wants somebody most, and its state, or why it is quiet. Left out when nothing stands. */
  readonly standing_alarm?: string;
  readonly standing_state?: string;
  /** How grave, to sort by: 1 notice, 2 warning, 3 critical. */
  readonly rank: number;
  /** Device, point and what is wrong, for people: Chinese and English. */
  readonly text: string;
  readonly text_en: string;
  readonly by?: string;
  readonly comment?: string;
  readonly value?: number;
  readonly worst?: number;
  /** In the rule's unit, where it has one. */
  readonly limit?: number;
  /** `worst` and what raises the alarm, with their units: `9.4 °C`, `> 8.0 °C，持续 10 分钟`. Left out by earlier versions. */
  readonly worst_text?: string;
  readonly worst_text_en?: string;
  readonly limit_text?: string;
  readonly limit_text_en?: string;
}

export interface EventFields {
  /** What such an event is called: Chinese and English. */
  readonly text: string;
  readonly text_en: string;
  /** The person or MQTT client; left out when it was the gateway. */
  readonly by?: string;
  /** What else the event says, `name: value, …`, moments by the site's clock, cut when it is long. Left out when it says no more. */
  readonly detail?: string;
}
