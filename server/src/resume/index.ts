import type { Feature, FeatureDeps } from '../platform/feature.ts';
import type { AppServer } from '../platform/socket/socket.types.ts';
import { ResumeJournal } from './journal/resume.journal.ts';
import { ResumeMerge } from './merge/resume.merge.ts';
import { createUndoStore } from './merge/resume.undo.store.ts';
import { ResumeHealth } from './resume.health.ts';
import { registerResumeHttp } from './resume.http.ts';
import { resumeJobs } from './resume.jobs.ts';
import { createResumeMetrics } from './resume.metrics.ts';
import { ResumeQuota } from './resume.quota.ts';
import { ResumeService } from './resume.service.ts';
import { registerResumeSocket } from './resume.socket.ts';
import { createResumeUpdates } from './resume.updates.ts';
import { createPostgresResumeStore } from './store/resume.store.postgres.ts';
import { createRedisResumeStore } from './store/resume.store.redis.ts';

/** Positions of viewers in what they watch, on every device they have. */
export function createResumeFeature(deps: FeatureDeps): Feature {
  const { clock, database, redis, log } = deps;
  let io: AppServer | null = null;
  const cold = createPostgresResumeStore(database);
  const metrics = createResumeMetrics(deps.metrics, () => ({ waiting: resume.waiting, journal: journal?.waiting ?? 0 }));
  const health = new ResumeHealth({ database, redis, log, waiting: () => journal?.waiting ?? 0 });
  const journal =
    redis === null
      ? null
      : new ResumeJournal({
          redis,
          cold,
          log,
          instanceId: clock.instanceId,
          nowMs: () => clock.nowMs(),
          onAway: health.noteJournal,
          onDeadLetters: (count) => metrics.deadLettered(count),
        });
  const store = redis === null || journal === null ? cold : createRedisResumeStore(redis, cold, journal);
  const updates = createResumeUpdates(() => io);
  const resume: ResumeService = new ResumeService({
    store,
    directory: deps.directory,
    updates,
    metrics,
    log,
    quota: new ResumeQuota(deps.config.requestsPerMinutePerIp),
    kept: health.kept,
  });
  const merge = new ResumeMerge({
    store,
    updates,
    undo: createUndoStore(database, cold),
    apply: (viewerId, changes, nowMs) => resume.apply(viewerId, changes, nowMs),
  });
  const jobs = resumeJobs({ clock, store, deadLetters: cold, resume, health });
  const stops: (() => void)[] = [];

  return {
    name: 'resume',
    healthParts: [health.part],
    viewerData: {
      outline: (viewerId) => merge.outline(viewerId),
      movePage: (move, nowMs) => merge.movePage(move, nowMs),
      undoPage: (move, nowMs) => merge.undoPage(move, nowMs),
      erase: (viewerId) => resume.erase(viewerId),
    },
    registerHttp: (app) => registerResumeHttp(app, { ...deps, resume }),
    registerSocket(sockets) {
      ({ io } = sockets);
      registerResumeSocket(sockets, resume, deps.directory);
    },
    async start() {
      journal?.start();
      stops.push(database.onRecover(() => journal?.wake()));
      // Before the first save: what it is answered hangs on it.
      await health.checkDurability();
      for (const { name, intervalMs, run } of jobs) {
        const timer = setInterval(() => {
          Promise.resolve(run()).catch((error) => log.warn({ err: error, job: name }, 'a job failed'));
        }, intervalMs);
        stops.push(() => clearInterval(timer));
      }
    },
    async flush() {
      await resume.settled();
      await journal?.look();
    },
    async stop() {
      for (const stop of stops.splice(0)) stop();
      await journal?.stop();
    },
  };
}
