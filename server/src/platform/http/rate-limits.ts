import { CodedError } from '@cowatch/shared/protocol';
import fastifyRateLimit, { type RateLimitPluginOptions } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { Redis } from '../redis/redis.ts';
import { addressKey } from './client-address.ts';
import type { HttpApp } from './http.types.ts';

/** One address may ask so many times as much as one viewer: a school, or a mobile network, is behind one. */
export const ADDRESS_FACTOR = 20;

const TIME_WINDOW_MS = 60_000;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Most requests a minute of one viewer to this route, which then counts by itself; without it all routes count together. */
    perMinute?: number;
  }
}

/** Counts a request of a viewer, or of a client without an identity. @throws CodedError `rate_limited` */
export type RateLimit = (request: FastifyRequest, viewerId: string | null) => Promise<void>;

export interface RateLimitsOptions {
  /** Most requests a minute of one viewer. */
  readonly perMinute: number;
  /** Where all instances count together; without it each counts its own. */
  readonly redis: Redis | null;
  /** Whose proven identity a request carries; null where it carries none. */
  viewerOf(request: FastifyRequest): string | null;
}

/**
 * Rate limits of a viewer, and far above that of an address: the latter holds requests that come with a new identity, or with
 * none, each time. Bound: 5,000 counts of each limit, those that were asked for last, or a minute in Redis.
 */
export async function addRateLimits(api: HttpApp, { perMinute, redis, viewerOf }: RateLimitsOptions): Promise<void> {
  await api.register(fastifyRateLimit, { global: false, ...(redis === null ? {} : await sharedCounts(redis)) });
  const all = createRateLimit(api, 'all', perMinute);
  api.addHook('onRoute', (route) => {
    const own = route.config?.perMinute;
    const limit = own === undefined ? all : createRateLimit(api, route.url, own);
    route.onRequest = [route.onRequest ?? [], (request: FastifyRequest) => limit(request, viewerOf(request))].flat();
  });
}

/**
 * A limit that counts by itself under a name of its own.
 * @param max most requests of one viewer within `timeWindowMs`; a minute where that is left out
 */
export function createRateLimit(api: HttpApp, name: string, max: number, timeWindowMs = TIME_WINDOW_MS): RateLimit {
  const viewers = new WeakMap<FastifyRequest, string>();
  const byViewer = api.createRateLimit({
    max: Math.max(1, Math.floor(max)),
    timeWindow: timeWindowMs,
    keyGenerator: (request) => `${name} viewer ${viewers.get(request)}`,
  });
  const byAddress = api.createRateLimit({
    max: Math.max(1, Math.floor(max * ADDRESS_FACTOR)),
    timeWindow: timeWindowMs,
    keyGenerator: (request) => `${name} address ${addressKey(request.ip)}`,
  });
  const count = async (by: typeof byViewer, request: FastifyRequest, whose: string) => {
    const state = await by(request);
    if (state.isAllowed || !state.isExceeded) return;
    throw new CodedError('rate_limited', `Too many requests ${whose}. Wait a moment, then try again.`, state.ttl);
  };
  return async (request, viewerId) => {
    if (viewerId !== null) {
      viewers.set(request, viewerId);
      await count(byViewer, request, 'from you');
    }
    await count(byAddress, request, 'from your address');
  };
}

/** Counts in Redis. While it cannot be asked every request passes: a count that is missing must not keep people out. */
async function sharedCounts(redis: Redis): Promise<RateLimitPluginOptions> {
  // The store speaks to ioredis itself; like all else it sends nothing later and nothing twice.
  const client = await redis.run(async (own) => own);
  return { redis: client, nameSpace: 'cowatch:rate:', skipOnError: true };
}
