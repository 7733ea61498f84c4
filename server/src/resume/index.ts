import { TOMBSTONE_KEPT_MS } from '@cowatch/shared/resume';
import type { Feature, FeatureDeps } from '../platform/feature.ts';
import type { AppServer } from '../platform/socket/socket.types.ts';
import { registerResumeHttp } from './resume.http.ts';
import { EXPIRY_BATCH, EXPIRY_INTERVAL_MS } from './resume.limits.ts';
import { createResumeMetrics } from './resume.metrics.ts';
import { createResumeNews } from './resume.news.ts';
import { ResumeService } from './resume.service.ts';
import { registerResumeSocket } from './resume.socket.ts';
import { createPostgresResumeStore } from './resume.store.postgres.ts';

/** Where people stand in what they watch, on every device they have. */
export function createResumeFeature(deps: FeatureDeps): Feature {
  const { clock, database, log } = deps;
  let io: AppServer | null = null;
  const store = createPostgresResumeStore(database);
  const resume: ResumeService = new ResumeService({
    store,
    news: createResumeNews(() => io),
    metrics: createResumeMetrics(deps.metrics, () => resume.waiting),
  });
  const stops: (() => void)[] = [];

  return {
    name: 'resume',
    registerHttp: (app) => registerResumeHttp(app, { ...deps, resume }),
    registerSocket(sockets) {
      ({ io } = sockets);
      registerResumeSocket(sockets, resume);
    },
    async start() {
      const expire = () => {
        store
          .expire(clock.nowMs() - TOMBSTONE_KEPT_MS, EXPIRY_BATCH)
          .catch((error) => log.warn({ err: error }, 'forgetting old deletions failed'));
      };
      const timer = setInterval(expire, EXPIRY_INTERVAL_MS);
      stops.push(() => clearInterval(timer));
    },
    flush: () => resume.settled(),
    async stop() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}
