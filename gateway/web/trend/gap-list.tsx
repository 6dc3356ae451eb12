import type { Gap } from '#model/journal';
import { formatLength, formatMoment } from '../format/time.ts';
import { useNow, useWords } from '../page-context.ts';

const SHOWN = 20;

/** Readings that should be there. Before a point was set up nothing was due, so nothing is missing. */
export const missingIn = ({ cause, missing }: Gap): number => (cause === 'not-configured' ? 0 : missing);

/** The gaps of the span in words, newest first. */
export function GapList({ gaps }: { gaps: readonly Gap[] }) {
  const { w, language } = useWords();
  const now = useNow();
  if (gaps.length === 0) return null;
  return (
    <section class="gap-list">
      <h3>{w.gaps}</h3>
      <ul>
        {gaps
          .slice(-SHOWN)
          .reverse()
          .map((gap) => (
            <li key={gap.from}>
              {formatMoment(gap.from, now)} – {formatMoment(gap.to, now)} (
              {formatLength(gap.to - gap.from, language)}) · {w[gap.cause]}
              {missingIn(gap) > 0 && ` · ${w.missing} ${missingIn(gap)}`}
            </li>
          ))}
      </ul>
    </section>
  );
}
