import { join } from 'node:path';
import { CodedError } from '@cowatch/shared/protocol';
import fastifyCookie from '@fastify/cookie';
import { type FastifyBaseLogger, type FastifyRequest, fastify, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Config } from '../../config.ts';
import type { HealthRegistry } from '../health/health.ts';
import type { ViewerCookie } from '../identity.ts';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Redis } from '../redis/redis.ts';
import { refuseUnstorable } from '../storable-gate.ts';
import { watchMethods } from './allowed-methods.ts';
import { addBodyParsers } from './body-parsers.ts';
import { guardDescriptors } from './descriptors.ts';
import { type ApiTag, addDocs } from './docs.ts';
import type { HttpApp } from './http.types.ts';
import { addOperations } from './operations.ts';
import { createOriginCheck } from './origins.ts';
import { BUILDS_FOLDER } from './page-builds.ts';
import type { PageWithHead } from './page-heads.ts';
import { addPages, inlineScripts, MEDIA_ROOT, type PageRoots, WEB_ROOT } from './pages.ts';
import { answerError } from './problem.ts';
import { addRateLimits } from './rate-limits.ts';
import { addReachedAt, addRequestScope } from './request-entry.ts';
import { addSecurity, type EmbedSources } from './security.ts';
import { trustFunction } from './trust-proxy.ts';
import { serveUpgrades } from './upgrades.ts';
import { answerWireError, newRequestId } from './wire-errors.ts';

/** Where the API lives. */
const API_PREFIX = '/api/v1';

/** Largest body of an API request, in bytes. */
const BODY_MAX_BYTES = 64 * 1024;

/** A request whose headers and body take longer than this is dropped, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** A connection that says nothing, or does not come to the end of its headers, is closed after the sum of both. */
const HEADERS_TIMEOUT_MS = 8000;
const TIMEOUTS_CHECK_MS = 1000;

/** What a caller is told to wait while cluster time is not known, in milliseconds. */
const CLOCK_RETRY_MS = 1000;

/** Longest path parameter: content ids have up to 512 characters, each up to four bytes, percent-encoded twelve characters. */
const PARAM_MAX_CHARS = 512 * 12;

const NO_EMBEDS: EmbedSources = { scripts: [], frames: [] };
const UNNAMED_COOKIE: ViewerCookie = { name: 'viewer', description: 'Identifies a viewer.' };

export interface HttpOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: HealthRegistry;
  /** Where all instances count requests together; without it each counts its own. */
  readonly redis?: Redis | null;
  /** Whose proven identity a request carries; null where it carries none. @throws CodedError where it is not valid */
  viewerOf?(request: FastifyRequest): string | null;
  /** False while cluster time is not known: the API serves no request before. */
  knowsTime?(): boolean;
  /** Paths that the web application has a page for, beside `/`. */
  readonly pages?: readonly (string | PageWithHead)[];
  readonly embeds?: EmbedSources;
  readonly apiTags?: readonly ApiTag[];
  readonly viewerCookie?: ViewerCookie;
  /** Adds the routes under `/api/v1`. */
  registerApi(api: HttpApp): void | Promise<void>;
  readonly roots?: PageRoots;
}

/** The HTTP server: operations, documents, the API and the pages. Listening is up to the caller. */
export async function createHttpApp(options: HttpOptions): Promise<HttpApp> {
  const { config, log, metrics, health, roots } = options;
  const { pages = [], embeds = NO_EMBEDS, apiTags = [], viewerCookie = UNNAMED_COOKIE } = options;
  const app = createApp(config, log);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  const allowedMethods = watchMethods(app);

  guardDescriptors(app, { log, metrics });
  addRequestScope(app, metrics);
  addReachedAt(app, config);
  const served = roots ?? { webRoot: WEB_ROOT, mediaRoot: MEDIA_ROOT, builds: join(config.dataDir, BUILDS_FOLDER) };
  await addSecurity(app, { config, isAllowedOrigin: createOriginCheck(config), ownScripts: inlineScripts(served.webRoot), embeds });
  await app.register(fastifyCookie);
  addBodyParsers(app);
  await addDocs(app, { config, tags: apiTags, viewerCookie });
  addOperations(app, { log, metrics, health });
  await addApi(app, options);
  // An expectation that is not known may be passed over (RFC 9110, section 10.1.1); by itself Node answers it without a word.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  serveUpgrades(app.server, log);
  await addPages(app, { roots: served, pages, allowedMethods });
  return app;
}

/** An identity that is not valid is none, as far as counting goes. */
function validOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function createApp(config: Config, log: Logger): HttpApp {
  const loggerInstance: FastifyBaseLogger = log;
  return fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: trustFunction(config.trustProxy),
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUTS_CHECK_MS,
      // A missing Host is refused by `addReachedAt`, in words.
      requireHostHeader: false,
    },
    requestIdHeader: false,
    genReqId: newRequestId,
    routerOptions: { maxParamLength: PARAM_MAX_CHARS },
    clientErrorHandler: (error, socket) => answerWireError(log, error, socket),
    // Refusals from before a route is known, such as an address that cannot be decoded.
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();
}

/** The API: counted, refused before cluster time is known, never cached unless a route says so, and given no text that cannot be stored. */
async function addApi(app: HttpApp, options: HttpOptions): Promise<void> {
  const { config, redis = null, knowsTime = () => true, registerApi } = options;
  const viewerOf = (request: FastifyRequest) => validOrNull(() => options.viewerOf?.(request) ?? null);
  await app.register(
    async (api) => {
      await addRateLimits(api, { perMinute: config.requestsPerMinutePerIp, redis, viewerOf });
      api.addHook('onRequest', async () => {
        if (!knowsTime()) throw new CodedError('unavailable', 'The server is starting.', CLOCK_RETRY_MS);
      });
      api.addHook('onSend', async (_request, reply) => {
        if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
      });
      api.addHook('preValidation', async ({ params, query, body, routeOptions }) => {
        refuseUnstorable(params, 'params');
        refuseUnstorable(query, 'querystring');
        refuseUnstorable(body, 'body', routeOptions.config.answersPerItem);
      });
      await registerApi(api.withTypeProvider<ZodTypeProvider>());
    },
    { prefix: API_PREFIX },
  );
}
