import { useState } from 'preact/hooks';
import type { Alarm } from '#model/alarm';
import { MINUTE } from '#model/time';
import { client } from '../client.ts';
import { useNow, usePage, useWords } from '../page-context.ts';
import { lengthsUpTo, needsTwo } from '../state/alarm-action.ts';
import { ActForm } from './act-form.tsx';
import { LengthPicker } from './length-picker.tsx';

/** Be quiet about it until a moment, with a reason; where the site wants two persons, this only asks. */
export function ShelveForm({ alarm, onDone }: { alarm: Alarm; onDone: () => void }) {
  const { w } = useWords();
  const { policy } = usePage().site;
  const now = useNow();
  const longest = policy.shelvedFor[alarm.rule.severity];
  const [length, setLength] = useState(Math.min(30 * MINUTE, longest));
  const [oneShot, setOneShot] = useState(false);
  const asks = needsTwo(alarm, policy);
  const act = async (comment: string) => {
    await client.shelve(alarm.id, { until: now + length, oneShot, comment });
    onDone();
  };
  return (
    <ActForm hint={w.shelveHint} action={asks ? w.askShelf : w.shelve} wordsNeeded onAct={act}>
      {asks && <p class="hint">{w.askHint}</p>}
      <LengthPicker
        name={w.shelveFor}
        choices={lengthsUpTo(longest)}
        chosen={length}
        onChoose={(chosen) => setLength(chosen ?? longest)}
      />
      {alarm.clearedAt === null && (
        <button type="button" class="toggle" aria-pressed={oneShot} onClick={() => setOneShot(!oneShot)}>
          {w.oneShot}
        </button>
      )}
    </ActForm>
  );
}
