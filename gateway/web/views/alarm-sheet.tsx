import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alarm, AlarmEvent } from '#model/alarm';
import { client } from '../client.ts';
import { useLive, usePage, useWords } from '../page-context.ts';
import { usePageError } from '../page-error.ts';
import { AlarmActions } from '../parts/alarm-actions.tsx';
import { AlarmFacts } from '../parts/alarm-facts.tsx';
import { AlarmHistory } from '../parts/alarm-history.tsx';
import { AlarmName } from '../parts/alarm-name.tsx';
import { AlarmTellings } from '../parts/alarm-tellings.tsx';
import { ConnectionBanner } from '../parts/connection-banner.tsx';
import { Mark } from '../parts/mark.tsx';

interface Found {
  readonly alarm: Alarm;
  readonly events: readonly AlarmEvent[];
}

/** Everything about one alarm, and what a person may do about it. */
export function AlarmSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const { w } = useWords();
  const { me } = usePage();
  const { found, error, load } = useAlarm(id);
  return (
    <Sheet onClose={onClose}>
      <ConnectionBanner />
      {error !== null && <p role="alert">{error}</p>}
      {found !== null && (
        <>
          <SheetTitle alarm={found.alarm} />
          <AlarmFacts alarm={found.alarm} events={found.events} />
          {found.alarm.state !== 'normal' &&
            (me.role === 'viewer' ? (
              <p class="hint">{w.readOnly}</p>
            ) : (
              <AlarmActions alarm={found.alarm} onDone={load} />
            ))}
          <AlarmTellings id={id} />
          <AlarmHistory events={found.events} />
        </>
      )}
    </Sheet>
  );
}

function SheetTitle({ alarm }: { alarm: Alarm }) {
  const { w } = useWords();
  return (
    <h2 class={alarm.rule.severity}>
      <Mark state={alarm.rule.severity} />
      <span>
        <small>{w[alarm.rule.severity]}</small>
        <AlarmName alarm={alarm} />
      </span>
    </h2>
  );
}

/** Asked again whenever the alarm changes. */
function useAlarm(id: string) {
  const { alarms } = useLive();
  const [found, setFound] = useState<Found | null>(null);
  const { error, run } = usePageError();
  const load = () => run(() => client.alarm(id), setFound);
  useEffect(load, [id, alarms.get(id)]);
  return { found, error, load };
}

/** The browser's own modal dialog: it keeps the focus and closes on Escape. */
function Sheet({ onClose, children }: { onClose: () => void; children: ComponentChildren }) {
  const { w } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    // Else the close button would be the first thing that a screen reader says.
    dialog.current?.focus();
  }, []);
  return (
    <dialog ref={dialog} class="sheet" tabIndex={-1} onClose={onClose}>
      <button type="button" class="quiet close" onClick={() => dialog.current?.close()}>
        {w.close}
      </button>
      {children}
    </dialog>
  );
}
