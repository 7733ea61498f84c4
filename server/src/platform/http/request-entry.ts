import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type RequestScope, withinRequest } from '../request-scope.ts';
import type { HttpApp } from './http.types.ts';
import { answerError, routeOf } from './problem.ts';
import { parseRequestOrigin } from './request-origin.ts';
import { trustFunction } from './trust-proxy.ts';

// What every request passes first.

/** Runs every request in a scope of its own: what fails in it, however late, ends that request and no other. */
export function addRequestScope(app: HttpApp, metrics: Metrics): void {
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
  app.addHook('onResponse', async (_request, reply) => {
    if (reply.statusCode === 500) metrics.internalError('http');
  });
}

/** Parses where every request came to. A request that does not say so validly is refused. */
export function addReachedAt(app: HttpApp, { trustProxy }: Pick<Config, 'trustProxy'>): void {
  const trust = trustFunction(trustProxy);
  app.decorateRequest('reachedAt', null);
  app.addHook('onRequest', async (request) => {
    request.reachedAt = parseRequestOrigin(request.raw, trust);
  });
}
