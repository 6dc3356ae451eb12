import { useOnCall } from '../on-call.ts';
import { useWords } from '../page-context.ts';
import { IndicatorList } from '../parts/indicator-list.tsx';
import { RotaCard } from '../parts/rota-card.tsx';

/** Who is on call, and sound and light on the spot. */
export function Duty() {
  const { w } = useWords();
  const { found, error } = useOnCall();
  return (
    <section class="duty">
      <h1>{w.duty}</h1>
      {error !== null && <p role="alert">{error}</p>}
      {found?.length === 0 && <p class="empty">{w.noRotas}</p>}
      <div class="duty-cards">
        {found?.map((duty) => (
          <RotaCard key={duty.rota} duty={duty} />
        ))}
      </div>
      <IndicatorList />
    </section>
  );
}
