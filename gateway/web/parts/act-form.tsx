import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { usePageError } from '../page-error.ts';

interface ActFormProps {
  /** What the words are for. */
  readonly hint: string;
  readonly action: string;
  readonly wordsNeeded: boolean;
  readonly onAct: (comment: string) => Promise<void>;
  readonly children?: ComponentChildren;
}

/** Something that a person does, with words for the journal; what was refused is told in place. */
export function ActForm({ hint, action, wordsNeeded, onAct, children }: ActFormProps) {
  const id = useId();
  const [comment, setComment] = useState('');
  const { error, busy, run } = usePageError();
  return (
    <form
      class="act-form"
      onSubmit={(event) => {
        event.preventDefault();
        run(async () => {
          await onAct(comment);
          setComment('');
        });
      }}
    >
      {children}
      <label for={id}>{hint}</label>
      <textarea
        id={id}
        rows={2}
        maxLength={1000}
        required={wordsNeeded}
        value={comment}
        onInput={(event) => setComment(event.currentTarget.value)}
      />
      <p class="form-error" role="alert">
        {error}
      </p>
      <button type="submit" class="primary" disabled={busy}>
        {action}
      </button>
    </form>
  );
}
