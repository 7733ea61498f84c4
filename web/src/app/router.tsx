import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
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
  validateSearch: (search: Record<string, unknown>): { url?: string } =>
    typeof search.url === 'string' ? { url: search.url } : {},
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

export const router = createRouter({
  routeTree: rootRoute.addChildren([homeRoute, sessionRoute, watchRoute, watchTitleRoute, historyRoute]),
  defaultErrorComponent: CrashPage,
  // The party's code is fetched as soon as somebody points at a link to one.
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
