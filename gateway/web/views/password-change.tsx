import { useState } from 'preact/hooks';
import { client, type Me } from '../client.ts';
import { useWords } from '../page-context.ts';
import { usePageError } from '../page-error.ts';
import { Entry } from '../parts/entry.tsx';
import { Field } from '../parts/field.tsx';

/** The one-time password has to be changed before anything is shown. */
export function PasswordChange({ onChanged }: { onChanged: (me: Me) => void }) {
  const { w } = useWords();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const { error, busy, run, say } = usePageError();
  const submit = () =>
    next === again
      ? run(async () => onChanged(await client.changePassword(current, next)))
      : say(w.passwordsDiffer);
  return (
    <Entry
      title={w.changeTitle}
      hint={w.changeHint}
      error={error}
      action={w.save}
      busy={busy}
      onSubmit={submit}
    >
      <Field
        label={w.currentPassword}
        value={current}
        onValue={setCurrent}
        type="password"
        autocomplete="current-password"
      />
      <Field
        label={w.nextPassword}
        value={next}
        onValue={setNext}
        type="password"
        autocomplete="new-password"
      />
      <Field
        label={w.repeatPassword}
        value={again}
        onValue={setAgain}
        type="password"
        autocomplete="new-password"
      />
    </Entry>
  );
}
