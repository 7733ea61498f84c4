import { randomBytes } from 'node:crypto';
import { CodedError } from '@cowatch/shared/protocol';
import fastifyCookie from '@fastify/cookie';
import fastifyRateLimit, { type RateLimitPluginOptions } from '@fastify/rate-limit';
import { type FastifyBaseLogger, fastify, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Config } from '../../config.ts';
import type { HealthRegistry } from '../health/health.ts';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Redis } from '../redis/redis.ts';
import { refuseUnstorable } from '../storable-gate.ts';
import { addDocs } from './docs.ts';
import type { HttpApp } from './http.types.ts';
import { addOperations } from './operations.ts';
import { createOriginCheck } from './origins.ts';
import { addPages, MEDIA_ROOT, type PageRoots, WEB_ROOT } from './pages.ts';
import { answerError } from './problem.ts';
import { addSecurity } from './security.ts';
import { trustFunction } from './trust-proxy.ts';

/** Where the API lives. */
export const API_PREFIX = '/api/v1';

/** Largest body of an API request, in bytes. */
export const BODY_MAX_BYTES = 64 * 1024;

/** A request whose headers and body take longer than this is dropped, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** What a caller is told to wait while cluster time is not known, in milliseconds. */
const CLOCK_RETRY_MS = 1000;

/** Longest path parameter: content ids have up to 512 characters, percent-encoded three times as many. */
const PARAM_MAX_CHARS = 1600;

export interface HttpOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: HealthRegistry;
  /** Where all instances count requests together; without it each counts its own. */
  readonly redis?: Redis | null;
  /** False while cluster time is not known: the API serves nobody before. */
  knowsTime?(): boolean;
  /** Adds the routes under `/api/v1`. */
  registerApi(api: HttpApp): void | Promise<void>;
  readonly roots?: PageRoots;
}

/** Builds the HTTP side of the server; listening is up to the caller. */
export async function createHttpApp(options: HttpOptions): Promise<HttpApp> {
  const { config, log, metrics, health, redis = null, knowsTime = () => true, registerApi, roots } = options;
  const loggerInstance: FastifyBaseLogger = log;
  const app: HttpApp = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: trustFunction(config.trustProxy),
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    requestIdHeader: false,
    genReqId: () => randomBytes(9).toString('base64url'),
    routerOptions: { maxParamLength: PARAM_MAX_CHARS },
    // Refusals from before a route is known, such as an address that cannot be decoded.
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));

  await addSecurity(app, config, createOriginCheck(config));
  await app.register(fastifyCookie);
  await addDocs(app);
  addOperations(app, { log, metrics, health });
  await app.register(
    async (api) => {
      await api.register(fastifyRateLimit, {
        max: config.requestsPerMinutePerIp,
        timeWindow: 60_000,
        ...(redis === null ? {} : await sharedCounts(redis)),
        errorResponseBuilder: (_request, { ttl }) =>
          new CodedError('rate_limited', 'Too many requests from your address. Wait a moment, then try again.', ttl),
      });
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
  await addPages(app, roots ?? { webRoot: WEB_ROOT, mediaRoot: MEDIA_ROOT });
  return app;
}

/** Counts in Redis. While it cannot be asked everybody is let through: a count that is missing must not keep people out. */
async function sharedCounts(redis: Redis): Promise<RateLimitPluginOptions> {
  // The store speaks to ioredis itself; like all else it sends nothing later and nothing twice.
  const client = await redis.run(async (own) => own);
  return { redis: client, nameSpace: 'cowatch:rate:', skipOnError: true };
}
