import { TOMBSTONE_KEPT_MS } from '@cowatch/shared/resume';
import type { Feature, FeatureDeps } from '../platform/feature.ts';
import { weaknessOf } from '../platform/redis/redis-durability.ts';
import type { AppServer } from '../platform/socket/socket.types.ts';
import { ResumeJournal } from './journal/resume.journal.ts';
import { ResumeMerge } from './merge/resume.merge.ts';
import { createUndoStore } from './merge/resume.undo.store.ts';
import { registerResumeHttp } from './resume.http.ts';
import {
  DEAD_LETTER_KEPT_MS,
  DURABILITY_CHECK_INTERVAL_MS,
  EXPIRY_BATCH,
  EXPIRY_INTERVAL_MS,
  GUEST_KEPT_MS,
  SCRUB_BATCH,
} from './resume.limits.ts';
import { createResumeMetrics } from './resume.metrics.ts';
import { ResumeQuota } from './resume.quota.ts';
import { ResumeService } from './resume.service.ts';
import { registerResumeSocket } from './resume.socket.ts';
import { createResumeUpdates } from './resume.updates.ts';
import { createPostgresResumeStore } from './store/resume.store.postgres.ts';
import { createRedisResumeStore } from './store/resume.store.redis.ts';

/** Where people stand in what they watch, on every device they have. */
export function createResumeFeature(deps: FeatureDeps): Feature {
  const { clock, database, log } = deps;
  let io: AppServer | null = null;
  const cold = createPostgresResumeStore(database);
  const metrics = createResumeMetrics(deps.metrics, () => ({
    waiting: resume.waiting,
    journal: journal?.waiting ?? 0,
  }));
  /** Why positions stay in Redis; null while they do not. */
  let journalAway: string | null = null;
  let weakness: string | null = null;
  const journal =
    deps.redis === null
      ? null
      : new ResumeJournal({
          redis: deps.redis,
          cold,
          log,
          instanceId: clock.instanceId,
          nowMs: () => clock.nowMs(),
          onAway(away, reason) {
            if (away !== (journalAway !== null))
              log.warn({ away, reason }, away ? 'positions wait in Redis for the database' : 'positions are all in the database');
            journalAway = away ? (reason ?? 'it does not take them') : null;
          },
          onDeadLetters: (count) => metrics.deadLettered(count),
        });
  const store = deps.redis === null || journal === null ? cold : createRedisResumeStore(deps.redis, cold, journal);
  const updates = createResumeUpdates(() => io);
  const resume: ResumeService = new ResumeService({
    store,
    directory: deps.directory,
    updates,
    metrics,
    log,
    quota: new ResumeQuota(deps.config.requestsPerMinutePerIp),
    kept: () => (weakness === null ? {} : { kept: false }),
  });
  const merge = new ResumeMerge({
    store,
    updates,
    undo: createUndoStore(database, cold),
    apply: (viewerId, changes, nowMs) => resume.apply(viewerId, changes, nowMs),
  });
  const stops: (() => void)[] = [];

  return {
    name: 'resume',
    healthParts: [
      {
        name: 'positions',
        check() {
          const base = database.health();
          const live = deps.redis?.health();
          if (live?.ok === false) return { state: 'down', detail: 'none can be read or saved until Redis is back' };
          if (live === undefined && !base.ok) {
            return { state: 'down', detail: `none can be read or saved: ${base.error ?? 'the database is away'}` };
          }
          if (!base.ok) {
            const known = 'those that Redis does not know cannot be read, and what is saved waits in it';
            return { state: 'degraded', detail: `${known}: ${base.error ?? 'the database is away'}` };
          }
          if (journalAway !== null) {
            const waiting = journal?.waiting ?? 0;
            return { state: 'degraded', detail: `${waiting} wait in Redis for the database: ${journalAway}` };
          }
          return weakness === null ? { state: 'ok' } : { state: 'ok', detail: weakness };
        },
      },
    ],
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
      const expire = () => {
        store
          .expire(clock.nowMs() - TOMBSTONE_KEPT_MS, EXPIRY_BATCH)
          .catch((error) => log.warn({ err: error }, 'forgetting old deletions failed'));
        cold
          .expireDeadLetters(clock.nowMs() - DEAD_LETTER_KEPT_MS)
          .catch((error) => log.warn({ err: error }, 'forgetting old dead letters failed'));
      };
      let scrubbedTo = '';
      const scrub = async () => {
        if (!clock.ready) return;
        scrubbedTo = await resume.eraseIdle(scrubbedTo, clock.nowMs() - GUEST_KEPT_MS, SCRUB_BATCH);
      };
      const scrubbing = setInterval(() => {
        scrub().catch((error) => log.warn({ err: error }, 'forgetting guests of long ago failed'));
      }, EXPIRY_INTERVAL_MS);
      stops.push(() => clearInterval(scrubbing));
      journal?.start();
      stops.push(database.onRecover(() => journal?.wake()));
      const { redis } = deps;
      const checkDurability = async () => {
        const found = redis === null ? null : await weaknessOf(redis);
        if (found !== null && found !== weakness) log.warn({ reason: found }, 'positions that were acknowledged may be lost');
        weakness = found;
      };
      // Before the first save: what it is answered hangs on it.
      await checkDurability();
      const checking = setInterval(() => void checkDurability(), DURABILITY_CHECK_INTERVAL_MS);
      stops.push(() => clearInterval(checking));
      const timer = setInterval(expire, EXPIRY_INTERVAL_MS);
      stops.push(() => clearInterval(timer));
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
