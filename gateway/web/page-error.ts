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

/** Runs calls, and hands on what came of the newest or keeps what went wrong: an older answer that comes later tells of what was. */
export function usePageError() {
  const { w } = useWords();
  const [error, say] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const newest = useRef(0);
  const run = <Answer>(work: () => Promise<Answer>, take: (answer: Answer) => void = () => {}): void => {
    newest.current += 1;
    const number = newest.current;
    const isNewest = () => number === newest.current;
    setBusy(true);
    say(null);
    work()
      .then((answer) => {
        if (isNewest()) take(answer);
      })
      .catch((failure: unknown) => {
        if (isNewest()) say(sayError(failure, w));
      })
      .finally(() => {
        if (isNewest()) setBusy(false);
      });
  };
  return { error, say, busy, run };
}
