import type { Quality, Reason } from './quality.ts';
import { isQuality, isReason } from './quality.ts';
import type { Sample } from './reading.ts';
import type { EpochMs } from './time.ts';

/** Version of the payload on `hygate/<site>/in/<device>`. */
export const WIRE_VERSION = 1;

/** The largest payload that the door reads, in bytes; about 4,000 readings. */
export const MAX_PAYLOAD_BYTES = 262_144;

/** Why a payload, or one reading of it, was refused: a closed list, the label of the counter. */
export type Refusal =
  | 'not-json'
  | 'wrong-version'
  | 'malformed'
  | 'not-a-number'
  | 'unknown-point'
  | 'not-yours'
  | 'bad-topic'
  | 'too-large';

export interface Parsed {
  /** What the sender's clock showed when it sent; null when it does not say, or not in whole ms. */
  readonly now: EpochMs | null;
  readonly samples: readonly Sample[];
  /** One entry a refused reading, with its place in the message; `index` is -1 for the whole message. */
  readonly refused: readonly { readonly index: number; readonly why: Refusal }[];
}

/**
 * The JSON form of samples: `q` and `why` stand there only when the quality is not good. `now` is for a sender with a
 * clock of its own: what it shows at this moment.
 */
export function encodeSamples(samples: readonly Sample[], now?: EpochMs): string {
  const readings = samples.map(({ key, at, value, quality, reason }) =>
    quality === 'good' ? { point: key, at, value } : { point: key, at, value, q: quality, why: reason },
  );
  return JSON.stringify({ v: WIRE_VERSION, now, readings });
}

const refuseAll = (why: Refusal): Parsed => ({
  now: null,
  samples: [],
  refused: [{ index: -1, why }],
});

/** Reads a payload. What is wrong with one reading does not harm the others of the message. */
export function parseSamples(payload: string): Parsed {
  let message: unknown;
  try {
    message = JSON.parse(payload);
  } catch {
    return refuseAll('not-json');
  }
  if (typeof message !== 'object' || message === null) return refuseAll('malformed');
  const { v, now, readings } = message as { v?: unknown; now?: unknown; readings?: unknown };
  if (v !== WIRE_VERSION) return refuseAll('wrong-version');
  if (!Array.isArray(readings)) return refuseAll('malformed');
  const samples: Sample[] = [];
  const refused: { index: number; why: Refusal }[] = [];
  readings.forEach((entry: unknown, index) => {
    const sample = parseOne(entry);
    if (typeof sample === 'string') refused.push({ index, why: sample });
    else samples.push(sample);
  });
  return { now: Number.isSafeInteger(now) ? Number(now) : null, samples, refused };
}

function parseOne(entry: unknown): Sample | Refusal {
  if (typeof entry !== 'object' || entry === null) return 'malformed';
  const { point, at, value, q, why } = entry as Record<string, unknown>;
  if (typeof point !== 'string' || typeof at !== 'number' || !Number.isSafeInteger(at)) return 'malformed';
  const quality: Quality | undefined = q === undefined ? 'good' : isQuality(q) ? q : undefined;
  if (quality === undefined) return 'malformed';
  if (value !== null && (typeof value !== 'number' || !Number.isFinite(value))) return 'not-a-number';
  if (value === null && quality !== 'bad') return 'not-a-number';
  if (quality === 'good') return { key: point, at, value, quality, reason: null };
  // A source that marks a reading but not why has a sensor that complains.
  const reason: Reason | undefined =
    why === undefined || why === null ? 'sensor-fault' : isReason(why) ? why : undefined;
  return reason === undefined ? 'malformed' : { key: point, at, value, quality, reason };
}
