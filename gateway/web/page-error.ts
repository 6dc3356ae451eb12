import { useState } from 'preact/hooks';
import type { ErrorCode } from '#model/errors';
import { CallError } from './client.ts';
import { useWords } from './page-context.ts';
import type { Words } from './words.ts';

/** What the person is told when a call failed: in their language where we have the words. */
export function sayError(error: unknown, w: Words): string {
  if (!(error instanceof CallError)) return String(error);
  if (error.code === null) return w.unreachable;
  const said = SAID[error.code];
  return said === undefined ? error.message : w[said];
}

const SAID: Readonly<Partial<Record<ErrorCode, keyof Words>>> = {
  'login-failed': 'loginFailed',
  'too-many-requests': 'tooMany',
  'password-weak': 'weak',
  'alarm-over': 'alarmOver',
  'reason-missing': 'reasonMissing',
  'too-long': 'tooLong',
  'second-person-needed': 'secondPerson',
  'act-out-of-place': 'outOfPlace',
  'not-allowed': 'notAllowed',
  'indicator-unreachable': 'indicatorUnreachable',
  'journal-unwritable': 'notSaved',
  'disk-full': 'notSaved',
};

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
