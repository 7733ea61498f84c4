import type { HealthRegistry, PartState } from '../health/health.ts';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { HttpApp } from './http.types.ts';
import { routeOf } from './problem.ts';

export interface OperationsDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: HealthRegistry;
}

/** How a part's state is told as a number. */
const STATES: readonly PartState[] = ['ok', 'degraded', 'down'];

/** Operations: health, readiness and metrics as routes, and an access log of API requests. */
export function addOperations(app: HttpApp, { log, metrics, health }: OperationsDeps): void {
  metrics.gauge({
    name: 'cowatch_part_state',
    help: 'How each part of this instance stands, as /readyz says: 0 ok, 1 degraded, 2 down',
    labelNames: ['part'],
    collect() {
      for (const [part, { state }] of Object.entries(health.report().parts)) this.set({ part }, STATES.indexOf(state));
    },
  });
  const hidden = { schema: { hide: true } };
  app.get('/healthz', hidden, (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'alive' }));
  app.get('/readyz', hidden, (_request, reply) => {
    const report = health.report();
    const serves = report.status === 'ok' || report.status === 'degraded';
    return reply
      .code(serves ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(report);
  });
  app.get('/metrics', hidden, async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()));

  const duration = metrics.histogram({
    name: 'cowatch_http_request_duration_seconds',
    help: 'Time from reading a request to having sent its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = routeOf(request);
    duration.observe({ method: request.method, route, status: String(reply.statusCode) }, Math.max(0, reply.elapsedTime) / 1000);
    const level = route.startsWith('/api/') ? 'info' : 'debug';
    log[level](
      {
        reqId: request.id,
        method: request.method,
        // Not the address: a party's is the key to it.
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ip: request.ip,
      },
      'request',
    );
  });
}
