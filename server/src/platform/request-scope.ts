import { AsyncLocalStorage } from 'node:async_hooks';

/** Request scope: a request over HTTP, or a command on a socket, while it is being answered. */
export interface RequestScope {
  /** Ends this request, and nothing else, with `internal`; logs and counts the uncaught error. */
  fail(error: unknown): void;
}

const scopes = new AsyncLocalStorage<RequestScope>();

/** Runs the work in the scope of a request: what it leaves uncaught is that request's failure, however much later. */
export function withinRequest<T>(scope: RequestScope, work: () => T): T {
  return scopes.run(scope, work);
}

/** The request in whose scope the current code runs; null outside of requests. */
export function currentRequest(): RequestScope | null {
  return scopes.getStore() ?? null;
}
