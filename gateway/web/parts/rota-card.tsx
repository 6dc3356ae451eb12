import { formatUntil } from '../format/time.ts';
import { useNow, useWords } from '../page-context.ts';
import type { RotaDuty, Turn } from '../state/duty.ts';

const GAP = 'gap';

/** One rota: who stands it now and until when, who just went, and who takes over. */
export function RotaCard({ duty: { name, now: present, outgoing, next } }: { duty: RotaDuty }) {
  const { w } = useWords();
  const now = useNow();
  return (
    <article class="card duty-card">
      <h2>
        {name} <small>{shiftName(present)}</small>
      </h2>
      <p class="on-duty">{namesOf(present, w.nobodyOnCall)}</p>
      <p>
        {w.until} {formatUntil(present.to, now)}
      </p>
      {outgoing.map((turn) => (
        <p key={turn.from} class="hint">
          {w.outgoing}: {namesOf(turn, w.nobodyOnCall)} ({w.until} {formatUntil(turn.to, now)})
        </p>
      ))}
      <p class="hint">
        {w.next}: {namesOf(next, w.nobodyOnCall)} {shiftName(next)}
      </p>
    </article>
  );
}

const shiftName = ({ shift, name }: Turn): string => (shift === GAP ? '' : name);

const namesOf = ({ people }: Turn, nobody: string): string =>
  people.length === 0 ? nobody : people.map(({ name }) => name).join(' · ');
