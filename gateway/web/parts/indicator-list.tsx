import { SECOND } from '#model/time';
import { client } from '../client.ts';
import { useLive, useWords } from '../page-context.ts';
import { usePolled } from '../polled.ts';
import { IndicatorCard } from './indicator-card.tsx';

/** Sound and light on the spot; nothing where the site has none. */
export function IndicatorList() {
  const { w } = useWords();
  const { connection } = useLive();
  const { found, error, load } = usePolled(client.indicators, 5 * SECOND, connection);
  if (error !== null) return <p role="alert">{error}</p>;
  if (found === null || found.length === 0) return null;
  return (
    <>
      <h1>{w.indicators}</h1>
      <div class="duty-cards">
        {found.map((indicator) => (
          <IndicatorCard key={indicator.name} indicator={indicator} onDone={load} />
        ))}
      </div>
    </>
  );
}
