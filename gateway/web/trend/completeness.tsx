import { useEffect, useState } from 'preact/hooks';
import { GAP_CAUSES, gapCauseNames } from '#model/outage';
import type { SitePoint } from '#model/site';
import { DAY, MINUTE, type Ms } from '#model/time';
import { client, type Totals } from '../client.ts';
import { pageClock } from '../clock.ts';
import { useWords } from '../page-context.ts';
import { usePageError } from '../page-error.ts';

const REFRESH: Ms = 5 * MINUTE;

/** How much of what was due in the last day is there, and why the rest is not. */
export function Completeness({ point }: { point: SitePoint }) {
  const { w, say } = useWords();
  const { totals, error } = useTotals(point.id);
  if (error !== null) return <p role="alert">{error}</p>;
  if (totals === null || totals.expected === 0) return null;
  const { expected, stored, missing } = totals;
  const causes = GAP_CAUSES.filter((cause) => missing[cause] !== undefined);
  return (
    <p class="tally completeness">
      {w.complete} <b>{shareText(stored, expected)}</b>
      {causes.map((cause) => ` · ${w.missing} ${missing[cause]} ${say(gapCauseNames[cause])}`)}
    </p>
  );
}

function useTotals(point: string) {
  const [totals, setTotals] = useState<Totals | null>(null);
  const { error, run } = usePageError();
  useEffect(() => {
    let current = true;
    const ask = () =>
      run(async () => {
        const to = pageClock.wall();
        const found = await client.ledger(point, { from: to - DAY, to });
        if (current) setTotals(found.totals);
      });
    ask();
    const stop = pageClock.every(REFRESH, ask);
    return () => {
      current = false;
      stop();
    };
  }, [point]);
  return { totals, error };
}

/** Rounded down: 100 % is said only when nothing is missing. */
export const shareText = (stored: number, expected: number): string =>
  `${(Math.floor((stored / expected) * 1000) / 10).toFixed(1)} %`;
