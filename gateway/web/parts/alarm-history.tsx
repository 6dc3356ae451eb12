import type { AlarmEvent } from '#model/alarm';
import { formatMoment } from '../format/time.ts';
import { useNow, useWords } from '../page-context.ts';

/** What happened to an alarm and who did it, newest first. */
export function AlarmHistory({ events }: { events: readonly AlarmEvent[] }) {
  const { w } = useWords();
  const now = useNow();
  return (
    <section class="alarm-history">
      <h3>{w.history}</h3>
      <ol>
        {[...events].reverse().map((event) => (
          <li key={`${event.at} ${event.type}`}>
            <time>{formatMoment(event.at, now)}</time>
            <span>
              <b>{w[event.type]}</b> {event.by ?? w.system}
              {event.comment !== null && event.comment !== '' && <q>{event.comment}</q>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
