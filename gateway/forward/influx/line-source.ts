import type { NumberedAlarmEvent } from '#model/alarm';
import type { Entry } from '#model/journal';
import { seriesSite } from '#model/series';
import { alarmRow, eventRow } from '#model/series-rows';
import type { EpochMs } from '#model/time';
import { type ForwardSite, lineEncoder, rowLine } from './line.ts';

/** Something with a number in its order, and since when it waits to be sent. */
export interface Numbered {
  readonly seq: number;
  readonly arrived: EpochMs;
}

/** How lines are made of what is followed. */
export interface LineSource<Item extends Numbered> {
  /** For a rough count of lines before they are made. */
  readonly size: (item: Item) => number;
  /** Undefined: a reading of a point that the site does not have (any more). */
  readonly lines: (item: Item) => readonly (string | undefined)[];
}

/** An event of the alarms, as it is followed. */
export interface AlarmItem extends Numbered {
  readonly event: NumberedAlarmEvent;
}

/** Readings as measurements of their quantities; events as `event`, and as `gateway` what tells its health. */
export function journalLines(site: ForwardSite): LineSource<Entry> {
  const encode = lineEncoder(site);
  const rows = seriesSite(site);
  return {
    size: (entry) => (entry.kind === 'readings' ? entry.readings.length : 1),
    lines: (entry) =>
      entry.kind === 'readings'
        ? entry.readings.map(encode)
        : [rowLine(eventRow({ ...entry.event, seq: entry.seq }, rows))],
  };
}

export function alarmLines(site: ForwardSite): LineSource<AlarmItem> {
  const rows = seriesSite(site);
  return { size: () => 1, lines: ({ event }) => [rowLine(alarmRow(event, rows))] };
}
