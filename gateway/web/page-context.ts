import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { PointId } from '#model/point';
import type { Language, Text } from '#model/text';
import { type EpochMs, SECOND } from '#model/time';
import type { Me } from './client.ts';
import { pageClock } from './clock.ts';
import type { PageSite, Place } from './state/site.ts';
import type { State } from './state/state.ts';
import type { Store } from './state/store.ts';
import { type Words, words } from './words.ts';

export interface LanguageChoice {
  readonly language: Language;
  readonly toggle: () => void;
}

export const LanguageContext = createContext<LanguageChoice>({ language: 'zh', toggle: () => {} });

/** The words of the chosen language, and the way to say a name in it. */
export function useWords(): { language: Language; w: Words; say: (text: Text) => string } {
  const { language } = useContext(LanguageContext);
  return { language, w: words[language], say: (text) => text[language] };
}

/** What a logged-in page knows: who looks, at which site, and where its news arrive. */
export interface PageFacts {
  readonly me: Me;
  readonly site: PageSite;
  readonly places: ReadonlyMap<string, Place>;
  readonly store: Store;
}

export const PageContext = createContext<PageFacts | null>(null);

export function usePage(): PageFacts {
  const page = useContext(PageContext);
  if (page === null) throw new Error('usePage is for views inside the logged-in page');
  return page;
}

/** The live state; the view is drawn again with each change. */
export function useLive(): State {
  const { store } = usePage();
  const [state, setState] = useState(store.state);
  useEffect(() => {
    setState(store.state);
    return store.onChange(() => setState(store.state));
  }, [store]);
  return state;
}

/** The name of a point with its device; its id where the site has none such. */
export function useNameOf(): (point: PointId) => string {
  const { places } = usePage();
  const { say } = useWords();
  return (id) => {
    const place = places.get(id);
    return place === undefined ? id : `${say(place.device.name)} ${say(place.point.name)}`;
  };
}

/** Now on the gateway's clock, for whoever asks later than the view was drawn. */
export function useClock(): () => EpochMs {
  const { store } = usePage();
  return () => pageClock.wall() + store.state.offset;
}

/** Now on the gateway's clock, anew each second. */
export function useNow(): EpochMs {
  const { store } = usePage();
  const [wall, setWall] = useState(pageClock.wall());
  useEffect(() => pageClock.every(SECOND, () => setWall(pageClock.wall())), []);
  return wall + store.state.offset;
}
