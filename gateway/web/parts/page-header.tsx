import { isQuiet } from '#model/alarm';
import { formatClock } from '../format/time.ts';
import { useOnCall } from '../on-call.ts';
import { useLive, useNow, usePage, useWords } from '../page-context.ts';
import { useRoute } from '../route.ts';
import { peopleNow } from '../state/duty.ts';
import { LanguageSwitch } from './language-switch.tsx';
import { PushSwitch } from './push-switch.tsx';

export function PageHeader({ onLogout }: { onLogout: () => void }) {
  const { w, say } = useWords();
  const { site, me } = usePage();
  return (
    <header class="page-header">
      <button type="button" class="skip" onClick={skip}>
        {w.skip}
      </button>
      <a class="site-name" href="#/board">
        <img src="./icon.svg" alt="" width="28" height="28" />
        <span>{say(site.name)}</span>
      </a>
      <Navigation />
      <div class="header-end">
        <HeaderClock />
        <PushSwitch />
        <LanguageSwitch />
        <button type="button" class="quiet" title={me.name} onClick={onLogout}>
          {w.logout}
        </button>
      </div>
    </header>
  );
}

/** The address after `#` is the route, so that a link cannot jump. */
function skip(): void {
  document.querySelector<HTMLElement>('#content a, #content button')?.focus();
}

function Navigation() {
  const { w } = useWords();
  const { view } = useRoute();
  const { alarms } = useLive();
  const loud = [...alarms.values()].filter((alarm) => !isQuiet(alarm)).length;
  return (
    <nav aria-label="Hygate">
      <a href="#/board" {...(view === 'board' && { 'aria-current': 'page' })}>
        {w.board}
      </a>
      <a href="#/alarms" {...(view === 'alarms' && { 'aria-current': 'page' })}>
        {w.alarms} <span class={loud > 0 ? 'count loud' : 'count'}>{loud}</span>
      </a>
      <a href="#/duty" {...(view === 'duty' && { 'aria-current': 'page' })}>
        {w.duty} <OnCallNow />
      </a>
    </nav>
  );
}

/** The names of whoever is on call; on a narrow screen they stand in the view only. */
function OnCallNow() {
  const { found, error } = useOnCall();
  if (found === null || error !== null) return null;
  return <span class="on-call-now">{peopleNow(found).join(' · ')}</span>;
}

function HeaderClock() {
  return <time class="clock">{formatClock(useNow())}</time>;
}
