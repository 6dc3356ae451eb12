import uPlot from 'uplot';
import type { Gap } from '#model/journal';
import type { Rule } from '#model/rule';
import { isHigh } from '#model/standard';
import type { EpochMs } from '#model/time';
import type { Palette } from './palette.ts';
import { drawImported, type ImportedTrend } from './plot-imported.ts';

export interface Marks {
  readonly gaps: readonly Gap[];
  readonly bad: readonly EpochMs[];
  readonly imported: ImportedTrend;
  readonly rules: readonly Rule[];
  readonly ruleText: (rule: Rule) => string;
}

/** Draws under the line what the numbers do not say: gaps, bad readings, limits. */
export function drawMarks(plot: uPlot, marks: Marks, { palette }: { palette: Palette }): void {
  const { ctx } = plot;
  ctx.save();
  for (const gap of marks.gaps) drawGap(plot, gap, palette);
  drawImported(plot, marks.imported, palette, uPlot.pxRatio);
  for (const at of marks.bad) drawBad(plot, at, palette);
  for (const rule of marks.rules) drawLimit(plot, rule, { palette, text: marks.ruleText(rule) });
  ctx.restore();
}

const x = (plot: uPlot, at: EpochMs): number => {
  const { left, width } = plot.bbox;
  return Math.min(left + width, Math.max(left, plot.valToPos(at / 1000, 'x', true)));
};

function drawGap(plot: uPlot, { from, to }: Gap, { gap }: Palette): void {
  const { ctx, bbox } = plot;
  ctx.fillStyle = gap;
  const left = x(plot, from);
  ctx.fillRect(left, bbox.top, Math.max(1, x(plot, to) - left), bbox.height);
}

/** A cross on the floor of the plot: shape, not colour alone. */
function drawBad(plot: uPlot, at: EpochMs, { ink }: Palette): void {
  const { ctx, bbox } = plot;
  const size = 3 * uPlot.pxRatio;
  const [cx, cy] = [x(plot, at), bbox.top + bbox.height - 2 * size];
  ctx.strokeStyle = ink;
  ctx.lineWidth = uPlot.pxRatio;
  ctx.beginPath();
  for (const slope of [-1, 1]) {
    ctx.moveTo(cx - size, cy - slope * size);
    ctx.lineTo(cx + size, cy + slope * size);
  }
  ctx.stroke();
}

function drawLimit(plot: uPlot, rule: Rule, { palette, text }: { palette: Palette; text: string }): void {
  if (rule.kind !== 'limit') return;
  const { ctx, bbox } = plot;
  const y = plot.valToPos(rule.limit, 'y', true);
  if (y < bbox.top || y > bbox.top + bbox.height) return;
  const above = isHigh(rule.id);
  ctx.strokeStyle = palette[rule.severity];
  ctx.lineWidth = 1.5 * uPlot.pxRatio;
  ctx.setLineDash([6 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.fillStyle = palette[rule.severity];
  ctx.font = `${12 * uPlot.pxRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = above ? 'bottom' : 'top';
  ctx.fillText(text, bbox.left + 6 * uPlot.pxRatio, y + (above ? -3 : 3) * uPlot.pxRatio);
}
