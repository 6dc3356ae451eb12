import { useState } from 'preact/hooks';
import type { OutOfService } from '#model/alarm';
import type { SitePoint } from '#model/site';
import { DAY, HOUR, type Ms } from '#model/time';
import { client } from '../client.ts';
import { formatService } from '../format/standing.ts';
import { useLive, useNow, usePage, useWords } from '../page-context.ts';
import { ActForm } from './act-form.tsx';
import { LengthPicker } from './length-picker.tsx';
import { Mark } from './mark.tsx';

/** Takes a point out of service, and back. What nobody silences alone only an administrator takes out. */
export function PointService({ point }: { point: SitePoint }) {
  const { w } = useWords();
  const { me, site } = usePage();
  const service = useLive().services.get(point.id);
  if (service !== undefined) return <Away service={service} mayAct={me.role !== 'viewer'} />;
  if (me.role === 'viewer') return null;
  const isGrave = point.rules.some(({ severity }) => site.policy.twoPersons.includes(severity));
  if (isGrave && me.role !== 'admin') return <p class="hint">{w.takeOutAdmin}</p>;
  return <TakeOut point={point} />;
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

function TakeOut({ point: { id } }: { point: SitePoint }) {
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
        onAct={(comment) => client.takeOut(id, now + (length ?? HOUR), comment)}
      >
        <LengthPicker name={w.takeOutFor} choices={CHOICES} chosen={length} onChoose={setLength} />
      </ActForm>
    </details>
  );
}
