import { useState } from 'preact/hooks';
import { CallError } from './client.ts';
import { useWords } from './page-context.ts';
import type { Words } from './words.ts';

/** What the person is told when a call failed: in their language where we have the words. */
export function sayError(error: unknown, w: Words): string {
  if (!(error instanceof CallError)) return String(error);
  switch (error.code) {
    case null:
      return w.unreachable;
    case 'login-failed':
      return w.loginFailed;
    case 'too-many-requests':
      return w.tooMany;
    case 'password-weak':
      return w.weak;
    default:
      return error.message;
  }
}

/** Runs one call at a time and keeps what went wrong. */
export function usePageError() {
  const { w } = useWords();
  const [error, say] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const run = (work: () => Promise<void>): void => {
    setBusy(true);
    say(null);
    work()
      .catch((failure: unknown) => say(sayError(failure, w)))
      .finally(() => setBusy(false));
  };
  return { error, say, busy, run };
}
