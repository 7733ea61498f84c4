import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  parseSearchWith,
  stringifySearchWith,
} from '@tanstack/react-router';
import { CrashPage } from './pages/crash-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/home-page.tsx'), 'HomePage'),
});

const sessionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/s/$sessionId',
  component: lazyRouteComponent(() => import('./pages/session-page.tsx'), 'SessionPage'),
});

const watchRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/watch',
  validateSearch: (search): { url?: string } => textsOf(search, ['url']),
  component: lazyRouteComponent(() => import('./pages/watch-page.tsx'), 'WatchLinkPage'),
});

const watchTitleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/watch/$titleId',
  component: lazyRouteComponent(() => import('./pages/watch-page.tsx'), 'WatchTitlePage'),
});

const historyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/history',
  component: lazyRouteComponent(() => import('./pages/history-page.tsx'), 'HistoryPage'),
});

const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account',
  validateSearch: (search): { to?: string } => textsOf(search, ['to']),
  component: lazyRouteComponent(() => import('./pages/account-page.tsx'), 'AccountPage'),
});

const guestRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account/guest',
  validateSearch: (search): { to?: string; by?: string } => textsOf(search, ['to', 'by']),
  component: lazyRouteComponent(() => import('./pages/guest-page.tsx'), 'GuestPage'),
});

const linkRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/link',
  validateSearch: (search): { code?: string; to?: string } => textsOf(search, ['code', 'to']),
  component: lazyRouteComponent(() => import('./pages/link-page.tsx'), 'LinkPage'),
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
