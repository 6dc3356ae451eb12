import { useState } from 'preact/hooks';
import type { Alarm } from '#model/alarm';
import { client } from '../client.ts';
import { usePage, useWords } from '../page-context.ts';
import { type Action, actionsOf, firstAction, needsTwo } from '../state/alarm-action.ts';
import type { Words } from '../words.ts';
import { AcknowledgeForm } from './acknowledge-form.tsx';
import { ActForm } from './act-form.tsx';
import { ShelveForm } from './shelve-form.tsx';

/** What a person may do about an alarm as it stands, each with words. */
export function AlarmActions({ alarm, onDone }: { alarm: Alarm; onDone: () => void }) {
  const { w } = useWords();
  const { me, site } = usePage();
  const actions = actionsOf(alarm, me.name);
  const [wanted, setWanted] = useState<Action | null>(null);
  const chosen = wanted !== null && actions.includes(wanted) ? wanted : firstAction(actions);
  const asks = needsTwo(alarm, site.policy);
  return (
    <section class="actions">
      <div class="span-picker">
        {actions.map((name) => (
          <button key={name} type="button" aria-pressed={name === chosen} onClick={() => setWanted(name)}>
            {actionWord(name, asks, w)}
          </button>
        ))}
      </div>
      <ChosenForm key={chosen} alarm={alarm} action={chosen} onDone={onDone} />
    </section>
  );
}

const actionWord = (action: Action, asks: boolean, w: Words): string => {
  if (action === 'shelve' && asks) return w.askShelf;
  return action === 'reset' ? w.resetAlarm : w[action];
};

interface ChosenFormProps {
  readonly alarm: Alarm;
  readonly action: Action;
  readonly onDone: () => void;
}

function ChosenForm({ alarm, action, onDone }: ChosenFormProps) {
  const { w } = useWords();
  if (action === 'acknowledge') return <AcknowledgeForm alarm={alarm} onDone={onDone} />;
  if (action === 'shelve') return <ShelveForm alarm={alarm} onDone={onDone} />;
  const isComment = action === 'comment';
  const act = async (comment: string) => {
    await client.act(alarm.id, action, comment);
    onDone();
  };
  return (
    <ActForm
      hint={isComment ? w.commentHint : w.optionalHint}
      action={actionWord(action, false, w)}
      wordsNeeded={isComment}
      onAct={act}
    />
  );
}
