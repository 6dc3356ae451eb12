import { useEffect, useState } from 'preact/hooks';
import { client } from '../client.ts';
import { useWords } from '../page-context.ts';
import { canPush, isSignedUp, signOff, signUp } from '../push.ts';

type State = 'off' | 'on' | 'failed';

/** "Notify me on this device"; nothing where the browser or the site has no web push. */
export function PushSwitch() {
  const { w } = useWords();
  const [key, setKey] = useState<string | null>(null);
  const [state, setState] = useState<State>('off');
  useEffect(() => {
    if (!canPush()) return;
    client.pushKey().then(setKey, () => setKey(null));
    isSignedUp().then(
      (on) => setState(on ? 'on' : 'off'),
      () => setState('off'),
    );
  }, []);
  if (key === null) return null;
  const toggle = () => {
    const done: Promise<State> =
      state === 'on' ? signOff().then(() => 'off' as const) : signUp(key).then(() => 'on' as const);
    done.then(setState, () => setState('failed'));
  };
  const words = { off: w.notifyOff, on: w.notifyOn, failed: w.notifyFailed } as const;
  return (
    <button type="button" class="quiet" aria-pressed={state === 'on'} title={w.notifyHint} onClick={toggle}>
      {words[state]}
    </button>
  );
}
