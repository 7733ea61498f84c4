import { CodedError } from '@cowatch/shared/protocol';
import { LRUCache } from 'lru-cache';
import type { Config } from '../../config.ts';
import type { Logger } from '../log/log.ts';
import type { PublicOrigin } from './http.types.ts';

/** Origin check: whether a page of `origin` may act on this server, which the request reached as `host`. */
export type OriginCheck = (origin: string | undefined, host: string | undefined) => boolean;

/**
 * The own pages, those of `PUBLIC_URL` and those of `ALLOWED_ORIGINS` may; programs, which name no origin, may too: what
 * a browser adds on its own (cookies) is not theirs to abuse.
 */
export function createOriginCheck(config: Pick<Config, 'publicUrl' | 'allowedOrigins'>): OriginCheck {
  const allowed = new Set(config.allowedOrigins);
  if (config.publicUrl !== null) allowed.add(config.publicUrl);
  return (origin, host) => origin === undefined || allowed.has(origin) || (host !== undefined && hostOf(origin) === host);
}

/**
 * Refused origin: its pages may not act on this server. Where it is the server's own page, a proxy keeps from the server
 * what people opened: so it says as what it was reached, by which the page can tell its operator what is to be set.
 */
export class OriginError extends CodedError {
  /** Host and port; null where the request named none. */
  readonly reachedAs: string | null;

  constructor(reachedAs: string | undefined) {
    super(
      'forbidden',
      `Pages of this origin may not use this server, which was reached as ${reachedAs ?? 'nothing'}. If it is the server's own page, a proxy hides its address: set PUBLIC_URL to what people open, or TRUST_PROXY to the proxy. ALLOWED_ORIGINS allows pages of other sites.`,
    );
    this.name = 'OriginError';
    this.reachedAs = reachedAs ?? null;
  }
}

const ORIGINS_NOTED = 50;
const NOTED_FOR_MS = 10 * 60_000;

/** Log of refused origins for the operator, each once in ten minutes: a page in a browser tries again and again. */
export function createOriginLog(log: Pick<Logger, 'warn'>, nowMs: () => number = () => performance.now()) {
  const noted = new LRUCache<string, number>({ max: ORIGINS_NOTED });
  return (origin: string | undefined, { reachedAs }: OriginError): void => {
    const key = `${origin} ${reachedAs}`;
    const last = noted.get(key);
    if (last !== undefined && nowMs() - last < NOTED_FOR_MS) return;
    noted.set(key, nowMs());
    log.warn(
      { origin, reachedAs },
      'a page of an origin that is not allowed was refused. If it is what people open, set PUBLIC_URL to it, or TRUST_PROXY to the proxy that hides it; ALLOWED_ORIGINS allows other sites',
    );
  };
}

/** `PUBLIC_URL`, or else what the caller itself reached the server as. */
export function createPublicOrigin(config: Pick<Config, 'publicUrl' | 'port'>): PublicOrigin {
  return (request) => config.publicUrl ?? request.reachedAt?.origin ?? `http://localhost:${config.port}`;
}

/** The host of an origin with its port where that is not the scheme's own, as a Host header names it; null for `null` and nonsense. */
function hostOf(origin: string): string | null {
  return URL.canParse(origin) && /^https?:/.test(origin) ? new URL(origin).host : null;
}
