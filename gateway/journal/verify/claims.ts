import { horizonOf, isShorter, leastRetention } from '#model/retention';
import type { EpochMs } from '#model/time';
import type { Seal } from '../sealer.ts';

/** Beyond it a Date says nothing: 100,000,000 days to either side of 1970 (ECMA-262 §21.4.1.1). */
const MOST: EpochMs = 8.64e15;

export const isTime = (at: unknown): at is EpochMs =>
  Number.isSafeInteger(at) && Math.abs(Number(at)) <= MOST;

const isNumber = (value: unknown): boolean => Number.isSafeInteger(value);
const isTimeOrNull = (at: unknown): boolean => at === null || isTime(at);

/** Whether an event's data has the form of a seal; whether it is true, the segment says. */
export const isSeal = (data: Readonly<Record<string, unknown>>): boolean =>
  ['segment', 'firstSeq', 'lastSeq', 'bytes'].every((key) => isNumber(data[key])) &&
  ['from', 'to'].every((key) => isTimeOrNull(data[key])) &&
  (data['hash'] === null || typeof data['hash'] === 'string') &&
  typeof data['sha256'] === 'string';

/** What an event says of a segment that went. */
export interface Expired {
  readonly seal: Seal;
  /** When the event arrived. */
  readonly at: EpochMs;
}

const SHORTEST = Object.values(leastRetention()).reduce((shortest, keep) =>
  isShorter(keep, shortest) ? keep : shortest,
);

/**
 * Why a segment cannot have expired as it is said; null when it can. No site keeps anything for less than the shortest
 * of all retentions; `now` is the clock of who verifies, for the gateway's own may have been set ahead.
 */
export function doubtOf({ seal, at }: Expired, sealed: Seal | undefined, now: EpochMs): string | null {
  if (sealed !== undefined && !isSame(seal, sealed))
    return 'what is said to have expired is not what was sealed';
  if (seal.to === null || seal.to < horizonOf(SHORTEST, Math.min(at, now))) return null;
  return `it is said to have expired before its time, on ${new Date(at).toISOString()}`;
}

const isSame = (a: Seal, b: Seal): boolean =>
  (['firstSeq', 'lastSeq', 'hash', 'sha256', 'bytes', 'from', 'to'] as const).every(
    (key) => a[key] === b[key],
  );
