import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatCondition } from '#model/rule-words';
import type { SitePoint } from '#model/site';
import { useNameOf, useWords } from '../page-context.ts';
import { readPalette } from './palette.ts';
import { NOTHING_IMPORTED } from './plot-imported.ts';
import { plotOptions } from './plot-options.ts';
import type { Series } from './series.ts';
import type { Trend } from './trend-data.ts';

interface PlotProps {
  readonly point: SitePoint;
  readonly trend: Trend;
  readonly onCursor: (index: number | null) => void;
}

/** The drawing itself. It is made anew when its size, colours or kind change, and fed otherwise. */
export function Plot({ point, trend, onCursor }: PlotProps) {
  const { language } = useWords();
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(trend);
  latest.current = trend;
  const banded = trend.series.min !== null;

  const nameOf = useNameOf();

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const make = () => {
      plot.current?.destroy();
      const { clientWidth: width, clientHeight: height } = element;
      const options = plotOptions({
        ...{ width, height, banded, language, onCursor },
        ...{ quantity: point.quantity, rules: point.rules, palette: readPalette(element) },
        marks: () => ({
          gaps: latest.current.gaps,
          imported: latest.current.imported ?? NOTHING_IMPORTED,
          bad: latest.current.series.bad,
          rules: point.rules,
          ruleText: (rule) => formatCondition(rule, { quantity: point.quantity, language, nameOf }),
        }),
      });
      plot.current = new uPlot(options, dataOf(latest.current.series), element);
      showSpan(plot.current, latest.current);
    };
    return onLookChange(element, make, () => {
      plot.current?.destroy();
      // Between two plots there is none to feed: the next one is made of the latest trend.
      plot.current = null;
    });
  }, [point.id, banded, language]);

  useEffect(() => {
    if (plot.current === null) return;
    plot.current.setData(dataOf(trend.series), false);
    showSpan(plot.current, trend);
  }, [trend]);

  return <div ref={frame} class="plot" role="img" aria-label={point.name[language]} />;
}

/** Calls `make` at once and whenever the element's size or the colour scheme changes; returns the way to end. */
function onLookChange(element: Element, make: () => void, end: () => void): () => void {
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  // An observer reports the present size first: that is the first drawing.
  const observer = new ResizeObserver(make);
  observer.observe(element);
  scheme.addEventListener('change', make);
  return () => {
    observer.disconnect();
    scheme.removeEventListener('change', make);
    end();
  };
}

function showSpan(plot: uPlot, { span }: Trend): void {
  plot.setScale('x', { min: span.from / 1000, max: span.to / 1000 });
}

function dataOf({ times, mean, min, max }: Series): uPlot.AlignedData {
  const seconds = times.map((at) => at / 1000);
  return min === null || max === null ? [seconds, [...mean]] : [seconds, [...min], [...max], [...mean]];
}
