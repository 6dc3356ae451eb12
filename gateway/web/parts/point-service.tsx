import { useState } from 'preact/hooks';
import type { OutOfService } from '#model/alarm';
import type { PointId } from '#model/point';
import { DAY, HOUR, type Ms } from '#model/time';
import { client } from '../client.ts';
import { formatService } from '../format/standing.ts';
import { useLive, useNow, usePage, useWords } from '../page-context.ts';
import { ActForm } from './act-form.tsx';
import { LengthPicker } from './length-picker.tsx';
import { Mark } from './mark.tsx';

/** Takes a point out of service, and back. */
export function PointService({ point }: { point: PointId }) {
  const { me } = usePage();
  const service = useLive().services.get(point);
  const mayAct = me.role !== 'viewer';
  if (service !== undefined) return <Away service={service} mayAct={mayAct} />;
  return mayAct ? <TakeOut point={point} /> : null;
}

function Away({ service, mayAct }: { service: OutOfService; mayAct: boolean }) {
  const { w, language } = useWords();
  const now = useNow();
  return (
    <section class="service away">
      <p>
        <Mark state="out-of-service" /> <b>{formatService(service, { language, now })}</b>
      </p>
      {mayAct && (
        <ActForm
          hint={w.optionalHint}
          action={w.takeBack}
          wordsNeeded={false}
          onAct={(comment) => client.takeBack(service.point, comment)}
        />
      )}
    </section>
  );
}

const CHOICES: readonly Ms[] = [HOUR, 4 * HOUR, 8 * HOUR, DAY, 7 * DAY, 30 * DAY];

function TakeOut({ point }: { point: PointId }) {
  const { w } = useWords();
  const now = useNow();
  const [length, setLength] = useState<Ms | null>(HOUR);
  return (
    <details class="service">
      <summary>{w.takeOut}</summary>
      <p class="hint">{w.takeOutNote}</p>
      <ActForm
        hint={w.takeOutHint}
        action={w.takeOut}
        wordsNeeded
        onAct={(comment) => client.takeOut(point, now + (length ?? HOUR), comment)}
      >
        <LengthPicker name={w.takeOutFor} choices={CHOICES} chosen={length} onChoose={setLength} />
      </ActForm>
    </details>
  );
}
