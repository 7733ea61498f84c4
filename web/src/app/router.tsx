import { createRootRoute, createRoute, createRouter, Outlet, parseSearchWith, stringifySearchWith } from '@tanstack/react-router';
import { lazyPart } from '../ui/lazy-part.tsx';
import { CrashPage } from './pages/crash-page.tsx';

/** The router waits for a page's code before it goes there (`preload`). */
const PAGE = { failure: 'page' } as const;

const NotFoundPage = lazyPart(() => import('./pages/not-found-page.tsx'), 'NotFoundPage', PAGE);

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: () => <NotFoundPage /> });

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  // Where leaving a party leads, also while the connection is away.
  component: lazyPart(() => import('./pages/home-page.tsx'), 'HomePage', { ...PAGE, ahead: true }),
});

const sessionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/s/$sessionId',
  component: lazyPart(() => import('./pages/session-page.tsx'), 'SessionPage', PAGE),
});

const watchRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/watch',
  validateSearch: (search): { url?: string } => textsOf(search, ['url']),
  component: lazyPart(() => import('./pages/watch-page.tsx'), 'WatchLinkPage', PAGE),
});

const watchTitleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/watch/$titleId',
  component: lazyPart(() => import('./pages/watch-page.tsx'), 'WatchTitlePage', PAGE),
});

const historyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/history',
  component: lazyPart(() => import('./pages/history-page.tsx'), 'HistoryPage', PAGE),
});

const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account',
  validateSearch: (search): { to?: string } => textsOf(search, ['to']),
  component: lazyPart(() => import('./pages/account-page.tsx'), 'AccountPage', PAGE),
});

const guestRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account/guest',
  validateSearch: (search): { to?: string; by?: string } => textsOf(search, ['to', 'by']),
  component: lazyPart(() => import('./pages/guest-page.tsx'), 'GuestPage', PAGE),
});

const linkRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/link',
  validateSearch: (search): { code?: string; to?: string } => textsOf(search, ['code', 'to']),
  component: lazyPart(() => import('./pages/link-page.tsx'), 'LinkPage', PAGE),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    sessionRoute,
    watchRoute,
    watchTitleRoute,
    historyRoute,
    accountRoute,
    guestRoute,
    linkRoute,
  ]),
  // What stands in an address here is text: a code of digits is no number.
  parseSearch: parseSearchWith((text) => text),
  stringifySearch: stringifySearchWith(String),
  defaultErrorComponent: CrashPage,
  // The party's code is fetched as soon as somebody points at a link to one.
  defaultPreload: 'intent',
});

/** Those of the named parts of an address that are there. */
function textsOf<K extends string>(search: Record<string, unknown>, keys: readonly K[]): { [Key in K]?: string } {
  const texts: { [Key in K]?: string } = {};
  for (const key of keys) if (search[key] !== undefined) texts[key] = String(search[key]);
  return texts;
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
