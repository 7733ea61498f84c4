import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { PublicOrigin } from '../platform/http/http.types.ts';
import type { AccountsHttpDeps } from './accounts.http.deps.ts';
import type { AccountsLibrary } from './accounts.library.types.ts';
import { ORIGINS_MAX } from './accounts.limits.ts';

/** The library for the address a page was reached at: passkeys belong to one. One that could not be opened is tried anew. */
export function librariesFor(
  publicOrigin: PublicOrigin,
  open: (origin: string) => Promise<AccountsLibrary>,
): AccountsHttpDeps['libraryFor'] {
  const opened = new LRUCache<string, Promise<AccountsLibrary>>({ max: ORIGINS_MAX });
  return (request: FastifyRequest) => {
    const origin = publicOrigin(request);
    const library = opened.get(origin) ?? open(origin);
    opened.set(origin, library);
    library.catch(() => {
      if (opened.get(origin) === library) opened.delete(origin);
    });
    return library;
  };
}
