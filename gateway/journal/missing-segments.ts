import type { JournalEvent } from '#model/journal';
import type { Damage } from './damage.ts';
import { isUnreadable, listSegments } from './segment.ts';
import { SegmentFile } from './segment-file.ts';

/** Segments that are not there between others that are, but for those that expired or were told of already. */
export function missingSegments(dir: string, told: readonly JournalEvent[]): Damage[] {
  const known = new Set(told.map(({ data }) => Number(data['segment'])));
  const numbers = listSegments(dir);
  return numbers.flatMap((no, index) => {
    const next = numbers[index + 1];
    if (next === undefined || next === no + 1 || known.has(no + 1)) return [];
    const [before, behind] = [endsOf(dir, no), endsOf(dir, next)];
    if (before === undefined || behind === undefined) return [];
    return [
      { segment: no + 1, from: before.last + 1, to: behind.first - 1, after: before.arrived, before: null },
    ];
  });
}

/** Undefined when the segment cannot be read: that is told of by whoever reads it. */
function endsOf(
  dir: string,
  no: number,
): { first: number; last: number; arrived: number | null } | undefined {
  try {
    const file = new SegmentFile(dir, no);
    try {
      const { first, last, lastArrived } = file;
      return { first, last, arrived: lastArrived };
    } finally {
      file.close();
    }
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}
