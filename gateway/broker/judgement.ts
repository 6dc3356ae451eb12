import type { DeviceId, PointId } from '#model/point';
import type { Reading, Sample } from '#model/reading';
import type { SiteDevice } from '#model/site';
import { DAY, type EpochMs, HOUR, MINUTE } from '#model/time';
import { MAX_PAYLOAD_BYTES, parseSamples, type Refusal } from '#model/wire';

/** A clock that shows an earlier time was never set: no device of ours is older. */
export const EARLIEST: EpochMs = Date.UTC(2020, 0, 1);
/** The longest memory of a logger, with a margin: a year of readings. */
const OLDEST = 400 * DAY;
/** Further ahead than this no clock is merely wrong by drift. */
const FURTHEST = HOUR;
/** A quartz clock drifts by a minute or two between two visits. */
const TRUSTED_AHEAD = 2 * MINUTE;

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
  /** One entry a refused reading. */
  readonly refused: readonly Refusal[];
  /** Why the message was refused as a whole: then nothing of it is stored. */
  readonly whole: Refusal | null;
}

const refuseWhole = (whole: Refusal): Judgement => ({ readings: [], refused: [], whole });

/**
 * What is to be stored of a payload and what is not. Pure; never throws, whatever the bytes. A reading that is
 * wrong does not harm its neighbours.
 */
export function judge(payload: Buffer, device: DoorDevice, now: EpochMs): Judgement {
  if (payload.length > MAX_PAYLOAD_BYTES) return refuseWhole('too-large');
  const parsed = parseSamples(payload.toString());
  const whole = parsed.refused.find(({ index }) => index < 0);
  if (whole !== undefined) return refuseWhole(whole.why);
  const refused: Refusal[] = parsed.refused.map(({ why }) => why);
  const readings: Reading[] = [];
  for (const sample of parsed.samples) {
    const point = device.points.get(sample.key);
    const reading = point === undefined ? 'unknown-point' : judgeSample(sample, point, now);
    if (typeof reading === 'string') refused.push(reading);
    else readings.push(reading);
  }
  return { readings, refused, whole: null };
}

function judgeSample(sample: Sample, { id, low, high }: DoorPoint, now: EpochMs): Reading | Refusal {
  const { at, value, quality, reason } = sample;
  if (at < EARLIEST || now - at > OLDEST) return 'time-past';
  if (at - now > FURTHEST) return 'time-future';
  if (quality !== 'bad' && value !== null && (value < low || value > high)) {
    return { point: id, at, value, quality: 'bad', reason: 'out-of-range' };
  }
  if (quality === 'good' && at - now > TRUSTED_AHEAD) {
    return { point: id, at, value, quality: 'uncertain', reason: 'clock' };
  }
  return { point: id, at, value, quality, reason };
}
