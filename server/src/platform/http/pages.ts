import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CodedError } from '@cowatch/shared/protocol';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AllowedMethods } from './allowed-methods.ts';
import type { HttpApp } from './http.types.ts';
import { keptRoot } from './page-builds.ts';
import { createPageHeads, type PageWithHead } from './page-heads.ts';
import { sendProblem } from './problem.ts';

/** Where the built pages and the bundled media are, as seen from this file, in the sources and in `dist` alike. */
export const WEB_ROOT = fileURLToPath(new URL('../../../../web/dist', import.meta.url));
export const MEDIA_ROOT = fileURLToPath(new URL('../../../media', import.meta.url));

export interface PageRoots {
  readonly webRoot: string;
  readonly mediaRoot: string;
  /** Where the pages of earlier builds are kept (`keepBuild`). */
  readonly builds?: string;
}

/** A path of a page: `/link`, `/s/:id`, where `:id` is any one segment. */
const PAGE_PATH = /^(?:\/(?:[a-z0-9-]+|:[a-zA-Z]+))+$/;

/** Paths that belong to programs: a wrong one is answered to a program. */
const PROGRAM_PATHS = /^\/(?:api|media|assets|socket\.io|docs|uploads|openapi\.json|asyncapi\.json|healthz|readyz|metrics)(?:\/|$)/;

/** A piece of a page. Its name changes with its content. */
const ASSET = /^\/assets\/([\w-][\w.-]*)$/;

const ONE_YEAR = 'public, max-age=31536000, immutable';

/** The scripts that stand in the page itself, as a Content-Security-Policy names them: by their hashes. */
export function inlineScripts(webRoot: string): string[] {
  const page = join(webRoot, 'index.html');
  if (!existsSync(page)) return [];
  return [...readFileSync(page, 'utf8').matchAll(/<script>([^<]*)<\/script>/g)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
}

/** Matches the paths that the web application has a page for: `/`, and these. */
export function pageMatcher(pages: readonly (string | PageWithHead)[]): RegExp {
  const paths = pages.map((page) => (typeof page === 'string' ? page : page.path));
  for (const path of paths) if (!PAGE_PATH.test(path)) throw new Error(`${path} is no path of a page`);
  const patterns = paths.map((path) => path.replaceAll(/:[a-zA-Z]+/g, '[^/]+'));
  return new RegExp(`^(?:${patterns.join('|')})?/?$`);
}

export interface PagesOptions {
  readonly roots: PageRoots;
  /** Paths that the web application has a page for, beside `/`. */
  readonly pages: readonly (string | PageWithHead)[];
  readonly allowedMethods: AllowedMethods;
}

/** Serves the web application and the bundled media, the latter with byte ranges. */
export async function addPages(app: HttpApp, { roots, pages, allowedMethods }: PagesOptions): Promise<void> {
  const { webRoot, mediaRoot, builds } = roots;
  const isPage = pageMatcher(pages);
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
        reply.header('cache-control', basename(dirname(path)) === 'assets' ? ONE_YEAR : 'no-cache');
      },
      allowedPath: (path) => !path.startsWith('/.') && path !== '/index.html',
    });
    app.get('/', { schema: { hide: true } }, (_request, reply) => reply.sendFile('index.html'));
  }
  const withHead = pages.filter((page) => typeof page !== 'string');
  const heads = built && withHead.length > 0 ? createPageHeads(withHead, readFileSync(join(webRoot, 'index.html'), 'utf8')) : null;
  const answerPage = async (request: FastifyRequest, reply: FastifyReply, path: string) => {
    const known = isPage.test(path);
    if (known && heads !== null && (await heads.send(path, request, reply))) return reply;
    return sendPage(reply, known ? 200 : 404);
  };
  const refuse = (request: FastifyRequest, reply: FastifyReply) => {
    const path = decodedPath(request.url);
    const kept = built && builds !== undefined ? keptPiece(request, path, builds) : null;
    if (kept !== null) return reply.sendFile(kept.file, kept.root);
    if (built && isForPeople(request, path)) return answerPage(request, reply, path);
    const isReadable = (built && isPage.test(path)) || isFile(mediaRoot, path, '/media/') || (built && isFile(webRoot, path, '/'));
    const methods = isReadable ? READING : allowedMethods(path);
    if (methods.length === 0 || methods.includes(request.method)) {
      return sendProblem(request, reply, new CodedError('not_found', 'There is nothing at this address.'));
    }
    reply.header('allow', methods.join(', '));
    return sendProblem(request, reply, new CodedError('method_not_allowed', `This address takes ${methods.join(', ')}.`));
  };
  app.setNotFoundHandler(refuse);
  // Before the body is read: where there is nothing, nothing is wrong with what was sent.
  app.addHook('onRequest', async (request, reply) => (request.is404 ? refuse(request, reply) : undefined));
}

const READING = ['GET', 'HEAD'];

/** The path that is asked for; as it came where it cannot be decoded. */
function decodedPath(url: string): string {
  const path = url.split('?', 1)[0] ?? '/';
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** Is there a file below the folder that is served under the prefix? */
function isFile(root: string, path: string, prefix: string): boolean {
  if (!path.startsWith(prefix) || path.includes('\0') || path.split('/').includes('..')) return false;
  try {
    return statSync(join(root, path.slice(prefix.length))).isFile();
  } catch {
    return false;
  }
}

function isForPeople(request: FastifyRequest, path: string): boolean {
  return (request.method === 'GET' || request.method === 'HEAD') && !PROGRAM_PATHS.test(path);
}

/** A piece of a page that was served before this one: a tab may have it open still. */
function keptPiece(request: FastifyRequest, path: string, builds: string) {
  const [, file] = READING.includes(request.method) ? (ASSET.exec(path) ?? []) : [];
  const root = file === undefined ? null : keptRoot(builds, file);
  return root === null ? null : { file: `assets/${file}`, root };
}

/** The one page of the web application; it finds out by the address what to show. */
function sendPage(reply: FastifyReply, status: number): FastifyReply {
  return reply.code(status).sendFile('index.html');
}
