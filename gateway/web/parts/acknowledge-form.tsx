import { useState } from 'preact/hooks';
import type { Alarm } from '#model/alarm';
import { client } from '../client.ts';
import { useNow, usePage, useWords } from '../page-context.ts';
import { lengthsUpTo } from '../state/alarm-action.ts';
import { ActForm } from './act-form.tsx';
import { LengthPicker } from './length-picker.tsx';

/** Someone has it in hand, for as long as the site allows or for less. */
export function AcknowledgeForm({ alarm, onDone }: { alarm: Alarm; onDone: () => void }) {
  const { w } = useWords();
  const { site } = usePage();
  const now = useNow();
  const longest = site.policy.acknowledgedFor[alarm.rule.severity];
  const [length, setLength] = useState(longest);
  const act = async (comment: string) => {
    const until = length === null || length === longest ? {} : { until: now + length };
    await client.acknowledge(alarm.id, { comment, ...until });
    onDone();
  };
  return (
    <ActForm hint={w.acknowledgeHint} action={w.acknowledge} wordsNeeded={false} onAct={act}>
      {/* What is over does not come back to the same alarm. */}
      {alarm.clearedAt === null && (
        <LengthPicker name={w.holdFor} choices={lengthsUpTo(longest)} chosen={length} onChoose={setLength} />
      )}
    </ActForm>
  );
}
