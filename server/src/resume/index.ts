import type { Feature, FeatureDeps } from '../platform/feature.ts';
import type { ViewerData } from '../platform/viewer-data.ts';
import { ResumeJournal } from './journal/resume.journal.ts';
import { ResumeMerge } from './merge/resume.merge.ts';
import { createUndoStore } from './merge/resume.undo.store.ts';
import { exportedFields, exportOf } from './resume.export.ts';
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
  const directory = deps.offered('directory');
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
  const updates = createResumeUpdates(deps.sockets.io);
  const resume: ResumeService = new ResumeService({
    store,
    directory,
    updates,
    metrics,
    log,
    events: deps.events,
    titles: deps.offered('titles'),
    quota: new ResumeQuota(deps.config.requestsPerMinutePerIp),
    kept: health.kept,
  });
  const merge = new ResumeMerge({
    store,
    updates,
    undo: createUndoStore(database, cold),
    apply: (viewerId, changes, nowMs) => resume.apply(viewerId, changes, nowMs),
  });
  let stopRecovery = () => {};
  return {
    name: 'resume',
    healthParts: [health.part],
    viewerData: viewerDataOf(resume, merge),
    pages: ['/watch', '/watch/:titleId', '/history'],
    apiTags: [{ name: 'resume', description: 'Where one is in what one watches, and what one has watched.' }],
    jobs: resumeJobs({ clock, store, deadLetters: cold, resume, health }),
    routes: (app) => registerResumeHttp(app, { ...deps, directory, resume }),
    commands: (sockets) => registerResumeSocket(sockets, resume, directory),
    async start() {
      journal?.start();
      stopRecovery = database.onRecover(() => journal?.wake());
      // Before the first save: what it is answered hangs on it.
      await health.checkDurability();
    },
    async flush() {
      await resume.settled();
      await journal?.look();
    },
    async stop() {
      stopRecovery();
      await journal?.stop();
    },
  };
}

function viewerDataOf(resume: ResumeService, merge: ResumeMerge): ViewerData {
  return {
    outline: (viewerId) => merge.outline(viewerId),
    move: (move, nowMs) => merge.movePage(move, nowMs),
    undo: (move, nowMs) => merge.undoPage(move, nowMs),
    erase: (viewerId) => resume.erase(viewerId),
    export: (viewerId, nowMs) => exportOf(resume, viewerId, nowMs),
    exported: exportedFields,
  };
}
