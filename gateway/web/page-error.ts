import { useRef, useState } from 'preact/hooks';
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

/** Runs calls and keeps what went wrong. What comes when a newer call has come already tells of what was, and is dropped. */
export function usePageError() {
  const { w } = useWords();
  const [error, say] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const calls = useRef({ begun: 0, told: 0 });
  const run = <Answer>(work: () => Promise<Answer>, take: (answer: Answer) => void = () => {}): void => {
    calls.current.begun += 1;
    const number = calls.current.begun;
    const unlessOlder = (tell: () => void): void => {
      if (number < calls.current.told) return;
      calls.current.told = number;
      tell();
    };
    setBusy(true);
    say(null);
    work()
      .then((answer) => unlessOlder(() => take(answer)))
      .catch((failure: unknown) => unlessOlder(() => say(sayError(failure, w))))
      .finally(() => {
        if (number === calls.current.begun) setBusy(false);
      });
  };
  return { error, say, busy, run };
}
