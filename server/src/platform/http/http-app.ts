import { join } from 'node:path';
import { CodedError } from '@cowatch/shared/protocol';
import fastifyCookie from '@fastify/cookie';
import { type FastifyBaseLogger, type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Config } from '../../config.ts';
import type { HealthRegistry } from '../health/health.ts';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Redis } from '../redis/redis.ts';
import { type RequestScope, withinRequest } from '../request-scope.ts';
import { refuseUnstorable } from '../storable-gate.ts';
import { watchMethods } from './allowed-methods.ts';
import { addBodyParsers } from './body-parsers.ts';
import { guardDescriptors } from './descriptors.ts';
import { addDocs } from './docs.ts';
import type { HttpApp } from './http.types.ts';
import { addOperations } from './operations.ts';
import { createOriginCheck } from './origins.ts';
import { BUILDS_FOLDER } from './page-builds.ts';
import { addPages, inlineScripts, MEDIA_ROOT, type PageRoots, WEB_ROOT } from './pages.ts';
import { answerError, routeOf } from './problem.ts';
import { addRateLimits } from './rate-limits.ts';
import { parseRequestOrigin } from './request-origin.ts';
import { addSecurity } from './security.ts';
import { trustFunction } from './trust-proxy.ts';
import { serveUpgrades } from './upgrades.ts';
import { answerWireError, newRequestId } from './wire-errors.ts';

/** Where the API lives. */
export const API_PREFIX = '/api/v1';

/** Largest body of an API request, in bytes. */
export const BODY_MAX_BYTES = 64 * 1024;

/** A request whose headers and body take longer than this is dropped, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** A connection that says nothing, or does not come to the end of its headers, is closed after the sum of both. */
const HEADERS_TIMEOUT_MS = 8000;
const TIMEOUTS_CHECK_MS = 1000;

/** What a caller is told to wait while cluster time is not known, in milliseconds. */
const CLOCK_RETRY_MS = 1000;

/** Longest path parameter: content ids have up to 512 characters, each up to four bytes, percent-encoded twelve characters. */
const PARAM_MAX_CHARS = 512 * 12;

export interface HttpOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: HealthRegistry;
  /** Where all instances count requests together; without it each counts its own. */
  readonly redis?: Redis | null;
  /** Whose proven identity a request carries; null where it carries none. @throws CodedError where it is not valid */
  viewerOf?(request: FastifyRequest): string | null;
  /** False while cluster time is not known: the API serves nobody before. */
  knowsTime?(): boolean;
  /** Adds the routes under `/api/v1`. */
  registerApi(api: HttpApp): void | Promise<void>;
  readonly roots?: PageRoots;
}

/** Builds the HTTP side of the server; listening is up to the caller. */
export async function createHttpApp(options: HttpOptions): Promise<HttpApp> {
  const { config, log, metrics, health, redis = null, knowsTime = () => true, registerApi, roots } = options;
  const app = createApp(config, log);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  const allowedMethods = watchMethods(app);

  guardDescriptors(app, { log, metrics });
  addDoor(app, config, metrics);
  const served = roots ?? { webRoot: WEB_ROOT, mediaRoot: MEDIA_ROOT, builds: join(config.dataDir, BUILDS_FOLDER) };
  await addSecurity(app, config, createOriginCheck(config), inlineScripts(served.webRoot));
  await app.register(fastifyCookie);
  addBodyParsers(app);
  await addDocs(app, config);
  addOperations(app, { log, metrics, health });
  await app.register(
    async (api) => {
      const viewerOf = (request: FastifyRequest) => validOrNull(() => options.viewerOf?.(request) ?? null);
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
  // An expectation that is not known may be passed over (RFC 9110, section 10.1.1); by itself Node answers it without a word.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  serveUpgrades(app.server, log);
  await addPages(app, served, allowedMethods);
  return app;
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
      // A missing Host is refused at the door, in words.
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

/** What every request goes through first: whatever happens in it is its own, and where it came to is parsed. */
function addDoor(app: HttpApp, config: Config, metrics: Metrics): void {
  const trust = trustFunction(config.trustProxy);
  const scopeOf = (request: FastifyRequest, reply: FastifyReply): RequestScope => ({
    fail(error) {
      if (!reply.sent) {
        answerError(error, request, reply);
        return;
      }
      request.log.error({ err: error, route: routeOf(request) }, 'a request failed after its answer had begun');
      metrics.internalError('http');
      reply.raw.destroy();
    },
  });
  app.addHook('onRequest', (request, reply, done) => withinRequest(scopeOf(request, reply), done));
  // The body is read in the context of its connection: what comes after it has to be told anew.
  app.addHook('preValidation', (request, reply, done) => withinRequest(scopeOf(request, reply), done));
  app.decorateRequest('reachedAt', null);
  app.addHook('onRequest', async (request) => {
    request.reachedAt = parseRequestOrigin(request.raw, trust);
  });
  app.addHook('onResponse', async (_request, reply) => {
    if (reply.statusCode === 500) metrics.internalError('http');
  });
}

/** An identity that is not valid is none, as far as counting goes. */
function validOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
