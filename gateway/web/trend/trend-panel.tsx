import { useState } from 'preact/hooks';
import type { SitePoint } from '#model/site';
import { DAY, type Ms } from '#model/time';
import type { Span } from '../client.ts';
import { useClock, useWords } from '../page-context.ts';
import { SPANS, type SpanName, SpanPicker } from '../parts/span-picker.tsx';
import { GapList } from './gap-list.tsx';
import { OwnSpan } from './own-span.tsx';
import { Plot } from './plot.tsx';
import { Readout } from './readout.tsx';
import { type Trend, useTrend } from './trend-data.ts';

const CHOICES: readonly (SpanName | 'own')[] = ['h1', 'h8', 'h24', 'd7', 'd30', 'own'];

/** The trend of a point over a span of the reader's choice. */
export function TrendPanel({ point }: { point: SitePoint }) {
  const { w } = useWords();
  const clock = useClock();
  const upToNow = (length: Ms): Span => {
    const to = clock();
    return { from: to - length, to };
  };
  const [choice, setChoice] = useState<SpanName | 'own'>('h8');
  const [own, setOwn] = useState<Span>(() => upToNow(DAY));
  const spanAt = () => (choice === 'own' ? own : upToNow(SPANS[choice]));
  const key = choice === 'own' ? `${own.from} ${own.to}` : choice;
  const { trend, error } = useTrend(point, spanAt, key);
  return (
    <section class="trend" aria-label={w.trend}>
      <SpanPicker choices={CHOICES} chosen={choice} onChoose={setChoice} />
      {choice === 'own' && <OwnSpan span={own} onSpan={setOwn} />}
      {error !== null && <p role="alert">{error}</p>}
      {trend === null ? (
        <div class="plot-frame waiting">{w.loading}</div>
      ) : (
        <TrendBody point={point} trend={trend} />
      )}
    </section>
  );
}

function TrendBody({ point, trend }: { point: SitePoint; trend: Trend }) {
  const { w } = useWords();
  const [index, setIndex] = useState<number | null>(null);
  const { summary, gaps } = trend;
  const hasImported = trend.imported !== null && trend.imported.buckets.length > 0;
  const missing = gaps.reduce((sum, gap) => sum + gap.missing, 0);
  return (
    <>
      <Readout point={point} trend={trend} index={index} />
      <div class="plot-frame">
        <Plot point={point} trend={trend} onCursor={setIndex} />
        {summary.count === 0 && !hasImported && <p class="empty">{w.noReadings}</p>}
      </div>
      <p class="tally">
        {w.count} <b>{summary.count}</b> · {w.badCount} <b>{summary.bad}</b> · {w.missing} <b>{missing}</b>
      </p>
      {hasImported && <p class="imported">{w.imported}</p>}
      {trend.imported === null && <p class="imported">{w.importedUnreadable}</p>}
      <GapList gaps={gaps} />
    </>
  );
}
