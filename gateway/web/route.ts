import { useEffect, useState } from 'preact/hooks';

/** What the address says after `#`: views are addressed so that any server and any proxy serves them. */
export type Route =
  | { readonly view: 'board' }
  | { readonly view: 'alarms' }
  | { readonly view: 'duty' }
  | { readonly view: 'alarm'; readonly id: string }
  | { readonly view: 'point'; readonly id: string };

export function parseRoute(hash: string): Route {
  const [view, id = ''] = hash.replace(/^#\/?/, '').split('/');
  if ((view === 'point' || view === 'alarm') && id !== '') return { view, id: decode(id) };
  return view === 'alarms' || view === 'duty' ? { view } : { view: 'board' };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const pointHref = (id: string): string => `#/point/${encodeURIComponent(id)}`;
export const alarmHref = (id: string): string => `#/alarm/${encodeURIComponent(id)}`;

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const listen = () => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', listen);
    return () => removeEventListener('hashchange', listen);
  }, []);
  return route;
}
