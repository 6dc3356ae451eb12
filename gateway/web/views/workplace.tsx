import { useEffect, useMemo, useState } from 'preact/hooks';
import { client, type Me } from '../client.ts';
import { PageContext, useWords } from '../page-context.ts';
import { sayError } from '../page-error.ts';
import { AlarmStrip } from '../parts/alarm-strip.tsx';
import { ConnectionBanner } from '../parts/connection-banner.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { type Route, useRoute } from '../route.ts';
import { openFeed } from '../state/feed.ts';
import { type PageSite, placesOf } from '../state/site.ts';
import { Store } from '../state/store.ts';
import { AlarmList } from './alarm-list.tsx';
import { AlarmSheet } from './alarm-sheet.tsx';
import { Board } from './board.tsx';
import { Duty } from './duty.tsx';
import { PointView } from './point-view.tsx';

/** The page of a person who is logged in. */
export function Workplace({ me, onLoggedOut }: { me: Me; onLoggedOut: () => void }) {
  const { site, error, load } = useSite();
  const store = useMemo(() => new Store(), []);
  useEffect(() => openFeed(store, onLoggedOut), [store]);
  const facts = useMemo(() => site && { me, site, store, places: placesOf(site) }, [me, site, store]);
  if (facts === null) return <Waiting error={error} onRetry={load} />;
  return (
    <PageContext.Provider value={facts}>
      <PageHeader onLogout={() => void client.logout().finally(onLoggedOut)} />
      <ConnectionBanner />
      <AlarmStrip />
      <Views />
    </PageContext.Provider>
  );
}

function useSite() {
  const { w } = useWords();
  const [site, setSite] = useState<PageSite | null>(null);
  const [error, setError] = useState<string | null>(null);
  const load = () => {
    setError(null);
    client.site().then(setSite, (failure: unknown) => setError(sayError(failure, w)));
  };
  useEffect(load, []);
  return { site, error, load };
}

function Waiting({ error, onRetry }: { error: string | null; onRetry: () => void }) {
  const { w } = useWords();
  if (error === null) return <p class="waiting">{w.loading}</p>;
  return (
    <p class="waiting" role="alert">
      {error}{' '}
      <button type="button" onClick={onRetry}>
        {w.retry}
      </button>
    </p>
  );
}

/** An alarm's sheet lies over the view from which it was opened. */
function Views() {
  const route = useRoute();
  const [base, setBase] = useState<Route>(route.view === 'alarm' ? { view: 'board' } : route);
  useEffect(() => {
    if (route.view !== 'alarm') setBase(route);
  }, [route]);
  const below = route.view === 'alarm' ? base : route;
  return (
    <main id="content">
      {below.view === 'board' && <Board />}
      {below.view === 'alarms' && <AlarmList />}
      {below.view === 'duty' && <Duty />}
      {below.view === 'point' && <PointView key={below.id} id={below.id} />}
      {route.view === 'alarm' && <AlarmSheet key={route.id} id={route.id} onClose={() => goTo(base)} />}
    </main>
  );
}

function goTo(route: Route): void {
  location.hash = route.view === 'point' ? `#/point/${encodeURIComponent(route.id)}` : `#/${route.view}`;
}
