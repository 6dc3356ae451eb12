import { useEffect, useState } from 'preact/hooks';
import type { Alarm } from '#model/alarm';
import { client } from '../client.ts';
import { useClock, useLive, useWords } from '../page-context.ts';
import { usePageError } from '../page-error.ts';
import { AlarmRow } from '../parts/alarm-row.tsx';
import { SPANS, type SpanName, SpanPicker } from '../parts/span-picker.tsx';

const CHOICES: readonly SpanName[] = ['h24', 'd7', 'd30'];

/** All alarms of a span, newest first; open ones as they stand now. */
export function AlarmList() {
  const { w } = useWords();
  const [span, setSpan] = useState<SpanName>('d7');
  const { alarms: open } = useLive();
  const { found, error } = useAlarms(span, open);
  return (
    <section class="alarm-list">
      <h1>{w.alarms}</h1>
      <SpanPicker choices={CHOICES} chosen={span} onChoose={setSpan} />
      {error !== null && <p role="alert">{error}</p>}
      {found?.length === 0 && <p class="empty">{w.noHistory}</p>}
      <ul>
        {found?.map((alarm) => (
          <li key={alarm.id}>
            <AlarmRow alarm={open.get(alarm.id) ?? alarm} dated />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Asked again whenever an alarm opens, changes or ends. */
function useAlarms(span: SpanName, open: ReadonlyMap<string, Alarm>) {
  const clock = useClock();
  const [found, setFound] = useState<readonly Alarm[] | null>(null);
  const { error, run } = usePageError();
  useEffect(() => {
    run(
      () => client.alarms(clock() - SPANS[span]),
      ({ alarms }) => setFound(alarms),
    );
  }, [span, open]);
  return { found, error };
}
