import { formatAge, formatMoment } from '../format/time.ts';
import { useLive, useNow, useWords } from '../page-context.ts';
import { Mark } from './mark.tsx';

/** Says unmistakably that what stands below is old, or that the gateway itself is not well. */
export function ConnectionBanner() {
  const { w, language } = useWords();
  const { connection, heardAt, offset, complaints } = useLive();
  const now = useNow();
  if (connection === 'lost') {
    const heard = heardAt === null ? null : heardAt + offset;
    return (
      <div class="banner lost" role="alert">
        <Mark state="bad" />
        <strong>{w.lost}</strong>
        {heard !== null && (
          <span>
            {w.lostSince} {formatMoment(heard, now)} · {formatAge(now - heard, language)}
          </span>
        )}
      </div>
    );
  }
  if (complaints.length === 0) return null;
  return (
    <div class="banner degraded" role="alert">
      <Mark state="warning" />
      <strong>{w.degraded}</strong>
      <span>{complaints.join(' ')}</span>
    </div>
  );
}
