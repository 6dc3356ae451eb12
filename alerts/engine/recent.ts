import type { History } from '#model/journal';
import type { Reading } from '#model/reading';
import type { Site, SitePoint } from '#model/site';
import { type EpochMs, MINUTE, type Ms } from '#model/time';

const SAMPLES = 10;
const MOST_OF_A_POINT = 10_000;

/**
 * What must be judged again, in order of time, when the state of alarms was lost: as much of each point as shows what
 * lasts now. What was over before that is history and is not told again.
 */
export async function recentReadings(site: Site, history: History, now: EpochMs): Promise<Reading[]> {
  const points = site.devices.flatMap((device) => device.points).filter(({ rules }) => rules.length > 0);
  const found = await Promise.all(
    points.map((point) => history.readings(point.id, now - memoryOf(point), now + MINUTE, MOST_OF_A_POINT)),
  );
  return found.flat().sort((a, b) => a.at - b.at);
}

/** Longer than any delay of its limits, so that a delay that has run out is seen to have. */
function memoryOf({ rules, every }: SitePoint): Ms {
  const delays = rules.map((rule) => (rule.kind === 'limit' ? rule.onDelay : 0));
  return Math.max(0, ...delays) + SAMPLES * every + MINUTE;
}
