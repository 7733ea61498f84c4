import { AsyncLocalStorage } from 'node:async_hooks';

/** What is being answered: a request over HTTP, or a command on a socket. */
export interface RequestScope {
  /** Ends this request, and nothing else, with `internal`; logs and counts the error that nobody caught. */
  fail(error: unknown): void;
}

const scopes = new AsyncLocalStorage<RequestScope>();

/** Does the work as part of a request: what it leaves unheard is known to be that request's, however much later. */
export function withinRequest<T>(scope: RequestScope, work: () => T): T {
  return scopes.run(scope, work);
}

/** The request that whatever runs now was begun for; null outside of requests. */
export function currentRequest(): RequestScope | null {
  return scopes.getStore() ?? null;
}
