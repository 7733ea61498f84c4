import type { HttpApp } from './http.types.ts';

/** Allowed methods of a path; none where there is nothing at it. */
export type AllowedMethods = (path: string) => readonly string[];

/**
 * Route table of methods: watches the routes as they are added, so that a wrong method can be told from a wrong path. Fastify
 * itself answers both alike. To be called before any route is added; wildcards are not looked at: what is below them is for their owner
 * to know.
 */
export function watchMethods(app: HttpApp): AllowedMethods {
  const routes = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return;
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const one of [method].flat()) route.methods.add(one);
    // Fastify adds the one to the other, and plugins may have the other behind a wildcard.
    if (route.methods.has('HEAD')) route.methods.add('GET');
    routes.set(url, route);
  });
  return (path) => [...new Set([...routes.values()].flatMap(({ pattern, methods }) => (pattern.test(path) ? [...methods] : [])))];
}

/** `/sessions/:id` → a pattern of one segment for each parameter. */
function patternOf(url: string): RegExp {
  const segments = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${segments.join('/')}$`);
}
