import fastifyCors from '@fastify/cors';
import fastifyHelmet from '@fastify/helmet';
import type { Config } from '../../config.ts';
import type { Logger } from '../log/log.ts';
import type { HttpApp } from './http.types.ts';
import { createOriginLog, type OriginCheck, OriginError } from './origins.ts';

/** Sites of which pages embed players: where the players' scripts come from, and whose pages may appear in a frame. */
export interface EmbedSources {
  readonly scripts: readonly string[];
  readonly frames: readonly string[];
}

/** Media may come from anywhere: that is what the product is for. */
const ANYWHERE = ['https:', 'http:'];

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface SecurityOptions {
  readonly config: Config;
  readonly isAllowedOrigin: OriginCheck;
  /** Hashes of the scripts that stand in the page itself. */
  readonly ownScripts: readonly string[];
  readonly embeds: EmbedSources;
}

/** Security headers on every answer, and no state changed for the pages of strangers. */
export async function addSecurity(app: HttpApp, options: SecurityOptions): Promise<void> {
  const { config, isAllowedOrigin, ownScripts, embeds } = options;
  const note = createOriginLog(app.log as Logger);
  const embeddable = config.allowedOrigins.length > 0;
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'", ...ownScripts, ...embeds.scripts],
        // Players and media controls style themselves from within their shadow trees.
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:', 'blob:', ...ANYWHERE],
        'font-src': ["'self'", 'data:'],
        'media-src': ["'self'", 'data:', 'blob:', ...ANYWHERE],
        // HLS and DASH fetch their segments; 'self' covers the own websocket.
        'connect-src': ["'self'", ...ANYWHERE],
        'worker-src': ["'self'", 'blob:'],
        'frame-src': ["'self'", ...embeds.frames],
        'frame-ancestors': ["'self'", ...config.allowedOrigins],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
      },
    },
    // A list of ancestors cannot be said in the older header, which would forbid them all.
    frameguard: embeddable ? false : { action: 'sameorigin' },
    // YouTube's player refuses pages that hide where they are; the party's own path stays hidden.
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
    crossOriginResourcePolicy: embeddable ? { policy: 'cross-origin' } : { policy: 'same-origin' },
    // Where people reach the server without TLS, this would lock them out of it.
    strictTransportSecurity: config.publicUrl?.startsWith('https:') ? { maxAge: 15_552_000, includeSubDomains: false } : false,
  });
  await app.register(fastifyCors, {
    origin: [...config.allowedOrigins],
    credentials: true,
    maxAge: 600,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['content-type', 'authorization', 'prefer', 'idempotency-key'],
    exposedHeaders: ['retry-after', 'x-request-id', 'location', 'allow', 'preference-applied', 'www-authenticate'],
    // What is no preflight is answered like one: which methods a path takes says `Allow` of a refusal.
    strictPreflight: false,
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()');
    if (SAFE_METHODS.has(request.method)) return;
    const { origin, 'sec-fetch-site': site } = request.headers;
    const crossSite = origin === undefined && site === 'cross-site';
    if (crossSite || !isAllowedOrigin(origin, request.reachedAt?.host)) {
      const refusal = new OriginError(request.reachedAt?.host);
      note(origin, refusal);
      throw refusal;
    }
  });
}
