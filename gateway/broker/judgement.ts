import type { DeviceId, PointId } from '#model/point';
import type { Reading, Sample } from '#model/reading';
import type { SetAside } from '#model/set-aside';
import type { SiteDevice } from '#model/site';
import { DAY, type EpochMs, HOUR, MINUTE, type Ms } from '#model/time';
import { MAX_PAYLOAD_BYTES, parseSamples, type Refusal } from '#model/wire';

/** A clock that shows an earlier time was never set: no device of ours is older. */
export const EARLIEST: EpochMs = Date.UTC(2020, 0, 1);
/** The longest memory of a logger, with a margin: a year of readings. */
const OLDEST = 400 * DAY;
/** Further ahead than this no clock is merely wrong by drift. */
const FURTHEST = HOUR;
/** A quartz clock drifts by a minute or two between two visits. */
const TRUSTED_AHEAD = 2 * MINUTE;
/**
 * A clock that is known to be off by more puts a reading into the place of another record: in a store one is due every
 * 30 minutes at the longest (EN 12830:1999, table of recording intervals). Off by less, and known by how much, it
 * makes no reading doubtful.
 */
const TRUSTED_OFFSET = 30 * MINUTE;

interface DoorPoint {
  readonly id: PointId;
  readonly low: number;
  readonly high: number;
}

/** What the door must know of a device. */
export interface DoorDevice {
  readonly id: DeviceId;
  readonly points: ReadonlyMap<string, DoorPoint>;
}

export const doorDevice = ({ id, points }: SiteDevice): DoorDevice => ({
  id,
  points: new Map(points.map(({ key, id, range: [low, high] }) => [key, { id, low, high }])),
});

export interface Judgement {
  readonly readings: readonly Reading[];
  /** Those that cannot stand under their own time. They are kept elsewhere, not refused. */
  readonly aside: readonly SetAside[];
  /** One entry a refused reading. */
  readonly refused: readonly Refusal[];
  /** Why the message was refused as a whole: then nothing of it is stored. */
  readonly whole: Refusal | null;
}

const refuseWhole = (whole: Refusal): Judgement => ({
  readings: [],
  aside: [],
  refused: [],
  whole,
});

const OUTSIDE = ['time-past', 'time-future'] as const;
type Place = 'stored' | (typeof OUTSIDE)[number];

/** What the message says of time, as against what we know. */
interface Moment {
  readonly now: EpochMs;
  /** Our clock less the sender's; null when that is not known. */
  readonly offset: Ms | null;
}

/**
 * What is to be stored of a payload and what is not. Pure; never throws, whatever the bytes. A reading that is
 * wrong does not harm its neighbours. `offsetOf`: our clock less the sender's, by what the sender's shows.
 */
export function judge(
  payload: Buffer,
  device: DoorDevice,
  now: EpochMs,
  offsetOf: (shown: EpochMs) => Ms | null = (shown) => now - shown,
): Judgement {
  if (payload.length > MAX_PAYLOAD_BYTES) return refuseWhole('too-large');
  const parsed = parseSamples(payload.toString());
  const whole = parsed.refused.find(({ index }) => index < 0);
  if (whole !== undefined) return refuseWhole(whole.why);
  const moment = { now, offset: parsed.now === null ? null : offsetOf(parsed.now) };
  const refused: Refusal[] = parsed.refused.map(({ why }) => why);
  const into: Record<Place, Reading[]> = { stored: [], 'time-past': [], 'time-future': [] };
  for (const sample of parsed.samples) {
    const point = device.points.get(sample.key);
    if (point === undefined) refused.push('unknown-point');
    else into[placeOf(sample, now)].push(judgeSample(sample, point, moment));
  }
  const aside = OUTSIDE.map((why) => ({ why, readings: into[why] })).filter(
    ({ readings }) => readings.length > 0,
  );
  return { readings: into.stored, aside, refused, whole: null };
}

function placeOf({ at }: Pick<Sample, 'at'>, now: EpochMs): Place {
  if (at < EARLIEST || now - at > OLDEST) return 'time-past';
  return at - now > FURTHEST ? 'time-future' : 'stored';
}

function judgeSample(sample: Sample, { id, low, high }: DoorPoint, moment: Moment): Reading {
  const { at, value, quality, reason } = sample;
  if (quality !== 'bad' && value !== null && (value < low || value > high)) {
    return { point: id, at, value, quality: 'bad', reason: 'out-of-range' };
  }
  if (quality === 'good' && !isTrusted(at, moment)) {
    return { point: id, at, value, quality: 'uncertain', reason: 'clock' };
  }
  return { point: id, at, value, quality, reason };
}

/** Whose clock is known is measured by it; of any other, only that it is ahead can be told from a reading that is late. */
function isTrusted(at: EpochMs, { now, offset }: Moment): boolean {
  if (placeOf({ at }, now) !== 'stored') return false;
  if (offset === null) return at - now <= TRUSTED_AHEAD;
  return Math.abs(offset) <= TRUSTED_OFFSET && at - (now - offset) <= TRUSTED_AHEAD;
}
