import type { ComponentChildren } from 'preact';
import { useWords } from '../page-context.ts';
import { LanguageSwitch } from './language-switch.tsx';

interface EntryProps {
  readonly title: string;
  readonly hint: string;
  readonly error: string | null;
  readonly action: string;
  readonly busy: boolean;
  readonly onSubmit: () => void;
  readonly children: ComponentChildren;
}

/** The frame of the two forms before the work: log-in and new password. */
export function Entry({ title, hint, error, action, busy, onSubmit, children }: EntryProps) {
  const { w } = useWords();
  return (
    <main class="entry">
      <form
        class="entry-form"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <p class="brand">
          <img src="./icon.svg" alt="" width="28" height="28" /> Hygate <span>{w.welcome}</span>
        </p>
        <h1>{title}</h1>
        {children}
        <p class="form-error" role="alert">
          {error}
        </p>
        <button type="submit" class="primary" disabled={busy}>
          {action}
        </button>
        <p class="hint">{hint}</p>
        <LanguageSwitch />
      </form>
    </main>
  );
}
