import { useEffect, useState } from 'preact/hooks';
import type { Ms } from '#model/time';
import { pageClock } from './clock.ts';
import { useWords } from './page-context.ts';
import { sayError } from './page-error.ts';

interface Polled<Found> {
  readonly found: Found | null;
  readonly error: string | null;
  readonly load: () => void;
}

/** What the event stream does not tell: asked at once, anew with another `key`, and again after each period. */
export function usePolled<Found>(ask: () => Promise<Found>, every: Ms, key: unknown): Polled<Found> {
  const { w } = useWords();
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState<string | null>(null);
  const load = () => {
    ask().then(
      (answer) => {
        setFound(answer);
        setError(null);
      },
      (failure: unknown) => setError(sayError(failure, w)),
    );
  };
  useEffect(() => {
    load();
    return pageClock.every(every, load);
  }, [key]);
  return { found, error, load };
}
