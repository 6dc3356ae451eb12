import type uPlot from 'uplot';
import type { Bucket } from '#model/journal';
import type { EpochMs, Ms } from '#model/time';
import type { Palette } from './palette.ts';

/** Values of another system: no readings of ours, and drawn so that nobody takes them for such. */
export interface ImportedTrend {
  readonly every: Ms;
  readonly buckets: readonly Bucket[];
}

export const NOTHING_IMPORTED: ImportedTrend = { every: 0, buckets: [] };

/** The lowest and the highest value; none when nothing is there. */
export const extremesOf = ({ buckets }: ImportedTrend): number[] =>
  buckets.flatMap(({ min, max }) => (min === null || max === null ? [] : [min, max]));

/** Lines that are to be joined: neither over a hole nor over what the gateway itself has read. */
export function strokesOf({ every, buckets }: ImportedTrend): (readonly [at: EpochMs, value: number])[][] {
  const strokes: (readonly [EpochMs, number])[][] = [];
  let before: EpochMs | undefined;
  for (const { from, mean } of buckets) {
    if (mean === null) continue;
    if (before === undefined || from - before > every) strokes.push([]);
    strokes.at(-1)?.push([from + every / 2, mean]);
    before = from;
  }
  return strokes;
}

/** Dotted and grey, under everything else. */
export function drawImported(plot: uPlot, imported: ImportedTrend, { muted }: Palette, ratio: number): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.beginPath();
  ctx.strokeStyle = muted;
  ctx.lineWidth = 2 * ratio;
  ctx.lineCap = 'round';
  ctx.setLineDash([0, 4 * ratio]);
  for (const stroke of strokesOf(imported))
    for (const [index, [at, value]] of stroke.entries()) {
      const place = [plot.valToPos(at / 1000, 'x', true), plot.valToPos(value, 'y', true)] as const;
      if (index === 0) ctx.moveTo(...place);
      // A stroke of one alone is a dot.
      ctx.lineTo(...place);
    }
  ctx.stroke();
  ctx.restore();
}
