import type { Config } from '../../config.ts';
import type { PublicOrigin } from './http.types.ts';

/** Says whether a page of `origin` may act on this server, which the request reached as `host`. */
export type OriginCheck = (origin: string | undefined, host: string | undefined) => boolean;

/**
 * The own pages, those of `PUBLIC_URL` and those of `ALLOWED_ORIGINS` may; programs, which name no origin, may too: what
 * a browser adds on its own (cookies) is not theirs to abuse.
 */
export function createOriginCheck(config: Pick<Config, 'publicUrl' | 'allowedOrigins'>): OriginCheck {
  const allowed = new Set(config.allowedOrigins);
  if (config.publicUrl !== null) allowed.add(config.publicUrl);
  return (origin, host) =>
    origin === undefined || allowed.has(origin) || (host !== undefined && hostOf(origin) === host);
}

/** `PUBLIC_URL`, or else what the caller itself reached the server as. */
export function createPublicOrigin(config: Pick<Config, 'publicUrl' | 'port'>): PublicOrigin {
  return (request) => config.publicUrl ?? request.reachedAt?.origin ?? `http://localhost:${config.port}`;
}

/** The host of an origin with its port where that is not the scheme's own, as a Host header names it; null for `null` and nonsense. */
function hostOf(origin: string): string | null {
  return URL.canParse(origin) && /^https?:/.test(origin) ? new URL(origin).host : null;
}
