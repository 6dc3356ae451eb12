import { useEffect, useState } from 'preact/hooks';
import { isQuiet } from '#model/alarm';
import { useLive, useWords } from '../page-context.ts';
import { useRoute } from '../route.ts';
import { byUrgency } from '../state/point-state.ts';
import { AlarmRow } from './alarm-row.tsx';
import { Mark } from './mark.tsx';

/** So many are always to be seen; the rest on demand, so that a flood leaves the view below visible. */
const SHOWN_ON_BOARD = 3;
const SHOWN_ELSEWHERE = 1;

/** The open alarms, on top of every view, the most urgent first; those of which nothing is said on demand. */
export function AlarmStrip() {
  const { w } = useWords();
  const { alarms, connection } = useLive();
  const { view } = useRoute();
  const [all, setAll] = useState(false);
  // A long list would stand before the next view.
  useEffect(() => setAll(false), [view]);
  const sorted = [...alarms.values()].sort(byUrgency);
  if (connection === 'connecting') return <section class="alarm-strip calm">{w.connecting}</section>;
  if (sorted.length === 0) return <CalmStrip />;
  const loud = sorted.filter((alarm) => !isQuiet(alarm));
  const shown = loud.slice(0, view === 'board' ? SHOWN_ON_BOARD : SHOWN_ELSEWHERE);
  const hidden = loud.length - shown.length;
  const quiet = sorted.length - loud.length;
  const rest = [
    ...(hidden > 0 ? [`+${hidden} ${w.more}`] : []),
    ...(quiet > 0 ? [`${w.quiet} ${quiet}`] : []),
  ];
  return (
    <section class={all ? 'alarm-strip all' : 'alarm-strip'} aria-label={w.openAlarms} aria-live="polite">
      {loud.length === 0 && <NoAlarms />}
      <ul>
        {(all ? sorted : shown).map((alarm) => (
          <li key={alarm.id}>
            <AlarmRow alarm={alarm} />
          </li>
        ))}
      </ul>
      {rest.length > 0 && (
        <button type="button" class="quiet more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? w.less : rest.join(' · ')}
        </button>
      )}
    </section>
  );
}

function CalmStrip() {
  const { connection } = useLive();
  if (connection === 'lost') return null;
  return (
    <section class="alarm-strip calm" aria-live="polite">
      <NoAlarms />
    </section>
  );
}

function NoAlarms() {
  const { w } = useWords();
  return (
    <p class="no-alarms">
      <Mark state="normal" /> {w.noAlarms}
    </p>
  );
}
