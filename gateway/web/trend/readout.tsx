import { formatMeasure } from '#model/measure-words';
import { quantitySpec } from '#model/quantity';
import type { SitePoint } from '#model/site';
import { formatMoment } from '../format/time.ts';
import { useNow, useWords } from '../page-context.ts';
import type { Trend } from './trend-data.ts';

/** What stands under the pointer; without one, what the whole span says. Always the same height. */
export function Readout({ point, trend, index }: { point: SitePoint; trend: Trend; index: number | null }) {
  const { w, language } = useWords();
  const now = useNow();
  const { times, mean, min, max, arrived } = trend.series;
  const say = (value: number | null | undefined) =>
    value === null || value === undefined ? '—' : formatMeasure(value, point.quantity, language);
  // Half a door is no door: states have no mean.
  const isMeasured = quantitySpec(point.quantity).states === undefined;
  const at = index === null ? undefined : times[index];
  if (index === null || at === undefined) {
    const { summary } = trend;
    return (
      <p class="readout">
        <Figure name={w.min} text={say(summary.min)} />
        {isMeasured && <Figure name={w.mean} text={say(summary.mean)} />}
        <Figure name={w.max} text={say(summary.max)} />
      </p>
    );
  }
  const came = arrived.get(at);
  return (
    <p class="readout">
      <time>{formatMoment(at, now)}</time>
      {min !== null && <Figure name={w.min} text={say(min[index])} />}
      {(isMeasured || min === null) && <Figure name={min === null ? '' : w.mean} text={say(mean[index])} />}
      {max !== null && <Figure name={w.max} text={say(max[index])} />}
      {came !== undefined && <Figure name={w.cameLate} text={formatMoment(came, now)} />}
    </p>
  );
}

function Figure({ name, text }: { name: string; text: string }) {
  return (
    <span>
      <small>{name}</small> <b>{text}</b>
    </span>
  );
}
