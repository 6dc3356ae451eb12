import { useId, useState } from 'preact/hooks';
import type { Alarm } from '#model/alarm';
import { HOUR, MINUTE, type Ms } from '#model/time';
import { client } from '../client.ts';
import { formatLength } from '../format/time.ts';
import { useNow, useWords } from '../page-context.ts';
import { usePageError } from '../page-error.ts';

type Action = 'acknowledge' | 'shelve' | 'comment';

/** The API bounds shelving by severity; all of these are within every bound. */
const SHELVE_FOR: readonly Ms[] = [15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR];

/** Acknowledge, shelve or comment, each with words. */
export function AlarmActions({ alarm, onDone }: { alarm: Alarm; onDone: () => void }) {
  const { w } = useWords();
  const mayAcknowledge = alarm.state === 'unacknowledged' || alarm.state === 'returned';
  const [action, setAction] = useState<Action>(mayAcknowledge ? 'acknowledge' : 'comment');
  const actions: readonly Action[] = mayAcknowledge
    ? ['acknowledge', 'shelve', 'comment']
    : ['shelve', 'comment'];
  const chosen = actions.includes(action) ? action : 'comment';
  return (
    <section class="actions">
      <div class="span-picker">
        {actions.map((name) => (
          <button key={name} type="button" aria-pressed={name === chosen} onClick={() => setAction(name)}>
            {w[name]}
          </button>
        ))}
      </div>
      <ActionForm key={chosen} alarm={alarm} action={chosen} onDone={onDone} />
    </section>
  );
}

const HINTS = { acknowledge: 'acknowledgeHint', shelve: 'shelveHint', comment: 'commentHint' } as const;

function ActionForm({ alarm, action, onDone }: { alarm: Alarm; action: Action; onDone: () => void }) {
  const { w } = useWords();
  const id = useId();
  const now = useNow();
  const [comment, setComment] = useState('');
  const [length, setLength] = useState<Ms>(30 * MINUTE);
  const { error, busy, run } = usePageError();
  const act = async () => {
    if (action === 'shelve') await client.shelve(alarm.id, now + length, comment);
    else await client[action](alarm.id, comment);
    setComment('');
    onDone();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        run(act);
      }}
    >
      {action === 'shelve' && <LengthPicker length={length} onLength={setLength} />}
      <label for={id}>{w[HINTS[action]]}</label>
      <textarea
        id={id}
        rows={2}
        maxLength={1000}
        required={action !== 'acknowledge'}
        value={comment}
        onInput={(event) => setComment(event.currentTarget.value)}
      />
      <p class="form-error" role="alert">
        {error}
      </p>
      <button type="submit" class="primary" disabled={busy}>
        {w[action]}
      </button>
    </form>
  );
}

function LengthPicker({ length, onLength }: { length: Ms; onLength: (length: Ms) => void }) {
  const { w, language } = useWords();
  return (
    <fieldset class="span-picker">
      <legend>{w.shelveFor}</legend>
      {SHELVE_FOR.map((choice) => (
        <button key={choice} type="button" aria-pressed={choice === length} onClick={() => onLength(choice)}>
          {formatLength(choice, language)}
        </button>
      ))}
    </fieldset>
  );
}
