import type { Rule } from '#model/rule';
import { DAY, HOUR, MINUTE } from '#model/time';
import { high, noData } from './api-site.ts';

const { severity, basis, advice, limit, inclusive, deadband, onDelay, offDelay } = high;
const about = { severity, basis, advice };
const threshold = { ...about, limit, inclusive, deadband, onDelay, offDelay };
/** Its limit is a time. */
const spent = { ...threshold, limit: 10 * HOUR, deadband: 0, onDelay: 0, offDelay: 0 };

/** One rule of each kind that stands at a point. */
export const rulesOfEachKind: readonly Rule[] = [
  high,
  noData,
  { ...about, kind: 'fault', id: 'bad-sensor', reasons: ['sensor-fault', 'decode'], after: 5 * MINUTE },
  { ...about, kind: 'frozen', id: 'frozen', least: 0.05, after: 6 * HOUR, people: 3 },
  { ...threshold, kind: 'rate', id: 'rising', within: 15 * MINUTE, latch: true },
  { ...threshold, kind: 'mean', id: 'hourly-mean-high', coverage: 0.75, during: [{ from: 60, to: 120 }] },
  { ...spent, kind: 'exposure', id: 'warm-exposure', beyond: 30, including: true, within: 'event' },
  { ...spent, kind: 'exposure', id: 'heat-exposure', beyond: 8, within: 7 * DAY },
  { ...threshold, kind: 'kinetic-mean', id: 'kinetic-mean', within: 30 * DAY },
  { ...threshold, kind: 'difference', id: 'disagreement', other: 'fridge-1.lower-temp' },
  { ...threshold, kind: 'forecast', id: 'forecast-high', horizon: 2 * HOUR },
];
