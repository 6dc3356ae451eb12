import type { Alarm } from '#model/alarm';
import { headlineOf, type Place } from '#model/place';
import type { Speech } from './speech.ts';

export function longPlace({ rule }: Alarm, { site, area, device, point }: Place, speech: Speech): string {
  const names = rule.kind === 'condition' ? [site] : [site, area, device, point];
  return names.map((name) => speech.of(name)).join(' / ');
}

/** What is wrong where, in one line. */
export const headline = (alarm: Alarm, place: Place, speech: Speech): string =>
  speech.of(headlineOf(alarm, place));
