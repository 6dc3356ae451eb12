import { QUALITIES, type Quality, qualityCode, REASONS, type Reason } from '#model/quality';
import type { Reading } from '#model/reading';

/*
 * Quality, reason and "there is a value" of a reading in one byte:
 * bits 0-1 the quality's code, bit 2 set when there is no value, bits 3-7 the reason's index + 1 (0: none).
 */

const NO_VALUE = 4;
const BAD = qualityCode.bad;
const reasonCode = new Map<Reason | null, number>([
  [null, 0],
  ...REASONS.map((reason, index): [Reason, number] => [reason, (index + 1) << 3]),
]);

export const markOf = ({ quality, reason, value }: Reading): number =>
  qualityCode[quality] | (value === null ? NO_VALUE : 0) | (reasonCode.get(reason) ?? 0);

export const hasValue = (mark: number): boolean => (mark & NO_VALUE) === 0;

export const isBad = (mark: number): boolean => (mark & 3) === BAD;

/** The reading that a mark came from. A reason that this version does not know reads as `sensor-fault`. */
export function readingOf(point: string, at: number, value: number, mark: number): Reading {
  if (mark === 0) return { point, at, value, quality: 'good', reason: null };
  const quality: Quality = QUALITIES[mark & 3] ?? 'bad';
  const reason = mark >> 3 === 0 ? null : (REASONS[(mark >> 3) - 1] ?? 'sensor-fault');
  return { point, at, value: hasValue(mark) ? value : null, quality, reason };
}
