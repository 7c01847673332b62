import { create } from 'zustand';

/** The address after `#`: `/targets/abc?range=5m`. */
export interface Route {
  path: readonly string[];
  query: ReadonlyMap<string, string>;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  return {
    path: path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent),
    query: new Map(new URLSearchParams(query)),
  };
}

export function routeHref(path: readonly string[], query: Iterable<readonly [string, string]> = []): string {
  const search = new URLSearchParams([...query].map(([name, value]) => [name, value])).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}

export const useRoute = create<Route>(() => parseRoute(window.location.hash));

window.addEventListener('hashchange', () => useRoute.setState(parseRoute(window.location.hash)));

export function goTo(path: readonly string[], query: Iterable<readonly [string, string]> = []): void {
  window.location.hash = routeHref(path, query);
}

/** Changes parts of the query in place, without a new entry in the history; null takes a part away. */
export function setQuery(changes: Readonly<Record<string, string | null>>): void {
  const { path, query } = useRoute.getState();
  const next = new Map(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  const href = routeHref(path, next);
  window.history.replaceState(null, '', href);
  useRoute.setState(parseRoute(href));
}
