import type { Alarms } from '#model/alarm';
import type { EventTypes, History } from '#model/journal';
import {
  ALARM_MEASUREMENT,
  EVENT_MEASUREMENT,
  type SeriesRow,
  type SeriesSite,
  VITALS_MEASUREMENT,
} from '#model/series';
import { alarmRow, eventRow } from '#model/series-rows';
import { VITALS_TYPE } from '#model/vitals';
import type { Span } from './row.ts';

/** Events asked for at once. The alarms' come from the thread that also stores them: it must not be held up. */
const PAGE = 500;

interface Timed {
  readonly at: number;
}

type Ask<T> = (from: number, to: number, limit: number) => Promise<readonly T[]>;

/** Rows of a measurement that stand in a list of events. */
export type RowSource = (span: Span) => AsyncIterable<readonly SeriesRow[]>;

export interface EventLists {
  readonly history: Pick<History, 'events'>;
  readonly alarms: Pick<Alarms, 'eventsBetween'>;
  readonly site: SeriesSite;
}

/** By the measurement's name. */
export function rowSources({ history, alarms, site }: EventLists): ReadonlyMap<string, RowSource> {
  const ofAlarms = sourceOf(
    (...asked) => alarms.eventsBetween(...asked),
    (event) => alarmRow(event, site),
  );
  const ofJournal = (types: EventTypes, name: string): RowSource => {
    const source = sourceOf(
      (...asked) => history.events(...asked, types),
      (event) => eventRow(event, site),
    );
    return (span) => filtered(source(span), name);
  };
  return new Map([
    [ALARM_MEASUREMENT, ofAlarms],
    [EVENT_MEASUREMENT, ofJournal({ but: [VITALS_TYPE] }, EVENT_MEASUREMENT)],
    [VITALS_MEASUREMENT, ofJournal({ only: [VITALS_TYPE] }, VITALS_MEASUREMENT)],
  ]);
}

const sourceOf = <T extends Timed>(ask: Ask<T>, rowOf: (event: T) => SeriesRow): RowSource =>
  async function* (span) {
    for await (const page of pagesOf(ask, span)) yield page.map(rowOf);
  };

/** A page ends where a millisecond ends: those of one and the same are told apart by nothing that could be asked for. */
async function* pagesOf<T extends Timed>(ask: Ask<T>, { from, to }: Span): AsyncGenerator<readonly T[]> {
  for (let limit = PAGE; ; ) {
    const events = await ask(from, to, limit);
    const last = events.at(-1);
    if (last === undefined) return;
    if (events.length < limit) return yield events;
    if (last.at === from) limit *= 2;
    else {
      yield events.filter(({ at }) => at < last.at);
      from = last.at;
      limit = PAGE;
    }
  }
}

async function* filtered(
  pages: AsyncIterable<readonly SeriesRow[]>,
  name: string,
): AsyncGenerator<readonly SeriesRow[]> {
  for await (const page of pages) yield page.filter(({ measurement }) => measurement === name);
}
