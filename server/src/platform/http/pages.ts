import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CodedError } from '@cowatch/shared/protocol';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpApp } from './http.types.ts';
import { sendProblem } from './problem.ts';

/** Where the built pages and the bundled media are, as seen from this file, in the sources and in `dist` alike. */
export const WEB_ROOT = fileURLToPath(new URL('../../../../web/dist', import.meta.url));
export const MEDIA_ROOT = fileURLToPath(new URL('../../../media', import.meta.url));

export interface PageRoots {
  readonly webRoot: string;
  readonly mediaRoot: string;
}

/** Paths that the web application shows something of its own for. */
const PAGE_ROUTES = /^\/(?:s\/[^/]+|replay\/[^/]+|library|watch(?:\/[^/]+)?|history|link|account)?\/?$/;

/** Paths that belong to programs: a wrong one is answered to a program. */
const PROGRAM_PATHS = /^\/(?:api|media|assets|socket\.io|docs|uploads|openapi\.json|healthz|readyz|metrics)(?:\/|$)/;

const ONE_YEAR = 'public, max-age=31536000, immutable';

/** Serves the web application and the bundled media, the latter with byte ranges. */
export async function addPages(app: HttpApp, { webRoot, mediaRoot }: PageRoots): Promise<void> {
  await app.register(fastifyStatic, {
    root: mediaRoot,
    prefix: '/media/',
    index: false,
    cacheControl: false,
    decorateReply: false,
    setHeaders: (reply) => {
      reply.header('cache-control', 'public, max-age=3600');
      reply.header('cross-origin-resource-policy', 'cross-origin');
    },
  });
  const built = existsSync(join(webRoot, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: webRoot,
      prefix: '/',
      index: false,
      cacheControl: false,
      preCompressed: true,
      // Names under `assets` change with their content; everything else is asked after each time.
      setHeaders: (reply, path) => {
        reply.header('cache-control', path.startsWith(join(webRoot, 'assets')) ? ONE_YEAR : 'no-cache');
      },
      allowedPath: (path) => !path.startsWith('/.') && path !== '/index.html',
    });
    app.get('/', { schema: { hide: true } }, (_request, reply) => reply.sendFile('index.html'));
  }
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    if (built && isForPeople(request, path)) return sendPage(reply, PAGE_ROUTES.test(path) ? 200 : 404);
    return sendProblem(request, reply, new CodedError('not_found', `There is nothing at ${request.method} ${path}.`));
  });
}

function isForPeople(request: FastifyRequest, path: string): boolean {
  return (request.method === 'GET' || request.method === 'HEAD') && !PROGRAM_PATHS.test(path);
}

/** The one page of the web application; it finds out by the address what to show. */
function sendPage(reply: FastifyReply, status: number): FastifyReply {
  return reply.code(status).sendFile('index.html');
}
