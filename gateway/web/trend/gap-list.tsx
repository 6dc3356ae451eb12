import type { Gap } from '#model/journal';
import { formatLength } from '#model/length-words';
import { gapCauseNames } from '#model/outage';
import { formatMoment } from '../format/time.ts';
import { useNow, useWords } from '../page-context.ts';

const SHOWN = 20;

/** The gaps of the span in words, newest first. */
export function GapList({ gaps }: { gaps: readonly Gap[] }) {
  const { w, language, say } = useWords();
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
            <li key={`${gap.from} ${gap.cause}`}>
              {formatMoment(gap.from, now)} – {formatMoment(gap.to, now)} (
              {formatLength(gap.to - gap.from, language)}) · {say(gapCauseNames[gap.cause])}
              {gap.missing > 0 && ` · ${w.missing} ${gap.missing}`}
            </li>
          ))}
      </ul>
    </section>
  );
}
