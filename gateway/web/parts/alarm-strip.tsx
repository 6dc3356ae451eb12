import { useState } from 'preact/hooks';
import { useLive, useWords } from '../page-context.ts';
import { useRoute } from '../route.ts';
import { byUrgency } from '../state/point-state.ts';
import { AlarmRow } from './alarm-row.tsx';
import { Mark } from './mark.tsx';

/** So many are always to be seen; the rest on demand, so that a flood leaves the view below visible. */
const SHOWN_ON_BOARD = 3;
const SHOWN_ELSEWHERE = 1;

/** The open alarms, on top of every view, the most urgent first. */
export function AlarmStrip() {
  const { w } = useWords();
  const { alarms, connection } = useLive();
  const { view } = useRoute();
  const [all, setAll] = useState(false);
  const sorted = [...alarms.values()].sort(byUrgency);
  if (connection === 'connecting') return <section class="alarm-strip calm">{w.connecting}</section>;
  if (sorted.length === 0) return <CalmStrip />;
  const shown = view === 'board' ? SHOWN_ON_BOARD : SHOWN_ELSEWHERE;
  const hidden = sorted.length - shown;
  return (
    <section class="alarm-strip" aria-label={w.openAlarms} aria-live="polite">
      <ul>
        {sorted.slice(0, all ? undefined : shown).map((alarm) => (
          <li key={alarm.id}>
            <AlarmRow alarm={alarm} />
          </li>
        ))}
      </ul>
      {hidden > 0 && (
        <button type="button" class="quiet more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? w.less : `+${hidden} ${w.more}`}
        </button>
      )}
    </section>
  );
}

function CalmStrip() {
  const { w } = useWords();
  const { connection } = useLive();
  if (connection === 'lost') return null;
  return (
    <section class="alarm-strip calm" aria-live="polite">
      <Mark state="normal" /> {w.noAlarms}
    </section>
  );
}
