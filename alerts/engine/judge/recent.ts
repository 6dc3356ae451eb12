import type { Entry, History, Journal } from '#model/journal';
import type { Log } from '#model/log';
import type { Reading } from '#model/reading';
import type { Rule } from '#model/rule';
import type { Site, SitePoint } from '#model/site';
import { type Clock, DAY, type EpochMs, HOUR, MINUTE, type Ms } from '#model/time';

const SAMPLES = 10;
const MOST_OF_A_POINT = 10_000;

export interface RecentOptions {
  readonly site: Site;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
}

/** As one row at the end of the journal: years of it are not judged, and told, again. */
export async function recentRow({ site, journal, clock, log }: RecentOptions): Promise<Entry> {
  const arrived = clock.wall();
  const readings = await recentReadings(site, journal.history, arrived).catch((err: Error) => {
    log.error({ err }, 'what lasts cannot be judged again from the journal; what comes is judged');
    return [];
  });
  return { kind: 'readings', seq: journal.head(), arrived, readings };
}

/**
 * What must be judged again, in order of time, when the state of alarms was lost: as much of each point as shows what
 * lasts now. What was over before that is history and is not told again.
 */
async function recentReadings(site: Site, history: History, now: EpochMs): Promise<Reading[]> {
  const points = site.devices.flatMap((device) => device.points).filter(({ rules }) => rules.length > 0);
  const found = await Promise.all(
    points.map((point) => history.readings(point.id, now - memoryOf(point), now + MINUTE, MOST_OF_A_POINT)),
  );
  return found.flat().sort((a, b) => a.at - b.at);
}

/** Longer than any delay of its rules, so that a delay that has run out is seen to have. */
function memoryOf({ rules, every }: SitePoint): Ms {
  return Math.max(0, ...rules.map(delayOf)) + SAMPLES * every + MINUTE;
}

/**
 * What a signal remembers of before, it finds in the history, as with anything that comes late. A mean is judged at the
 * end of its window alone: the last end must be among the readings.
 */
function delayOf(rule: Rule): Ms {
  if (rule.kind === 'mean') return rule.onDelay + (rule.id.startsWith('daily') ? DAY + HOUR : HOUR);
  if (rule.kind === 'fault') return rule.after;
  return 'onDelay' in rule ? rule.onDelay : 0;
}
