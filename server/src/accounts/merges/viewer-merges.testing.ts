import { CodedError } from '@cowatch/shared/protocol';
import { NO_REGISTERS, type ResumeRecord, titleOf } from '@cowatch/shared/resume';
import { replacing } from '../../platform/database/database.testing.ts';
import type { Database } from '../../platform/database/database.ts';
import { createLogger } from '../../platform/log/log.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import type { Redis } from '../../platform/redis/redis.ts';
import type { ViewerData } from '../../platform/viewer-data.ts';
import { ResumeJournal } from '../../resume/journal/resume.journal.ts';
import { ResumeMerge } from '../../resume/merge/resume.merge.ts';
import { createUndoStore } from '../../resume/merge/resume.undo.store.ts';
import { createResumeMetrics } from '../../resume/resume.metrics.ts';
import { ResumeQuota } from '../../resume/resume.quota.ts';
import { ResumeService } from '../../resume/resume.service.ts';
import { createResumeUpdates } from '../../resume/resume.updates.ts';
import { createPostgresResumeStore } from '../../resume/store/resume.store.postgres.ts';
import { createRedisResumeStore } from '../../resume/store/resume.store.redis.ts';
import { createTitleCatalog } from '../../titles/title-catalog.ts';
import { noFacts } from '../../titles/titles.testing.ts';
import { MERGE_PAUSE_MS } from '../accounts.limits.ts';
import { createAccountsStore } from '../accounts.store.ts';
import { createMergedViewersStore } from './merged-viewers.store.ts';
import { ViewerMerges } from './viewer-merges.service.ts';
import { createViewerMergesStore } from './viewer-merges.store.ts';

const log = createLogger({ level: 'silent' });

/** An instance, as far as merges are concerned: who people are and where they stand, on one database. */
export function openHouse(database: Database, redis: Redis | null = null, change: Partial<ViewerData> = {}) {
  const store = createAccountsStore(database);
  const merged = createMergedViewersStore(database);
  const cold = createPostgresResumeStore(database);
  const journal =
    redis === null ? null : new ResumeJournal({ redis, cold, log, instanceId: 'house', nowMs: () => Date.now(), onAway: () => {} });
  const positions = redis === null || journal === null ? cold : createRedisResumeStore(redis, cold, journal);
  const updates = createResumeUpdates({ to: () => ({ emit: () => true }) } as never);
  const resume = new ResumeService({
    store: positions,
    updates,
    log,
    quota: new ResumeQuota(1_000_000),
    kept: () => ({}),
    titles: createTitleCatalog([], noFacts),
    events: { emit: () => {} },
    metrics: createResumeMetrics(createMetrics({ processMetrics: false }), () => ({ waiting: 0, journal: 0 })),
    directory: { formerly: merged.isFormer, guestsAmong: store.guestsAmong },
  });
  const titleMerge = new ResumeMerge({
    store: positions,
    updates,
    undo: createUndoStore(database, cold),
    apply: (viewerId, changes, nowMs) => resume.apply(viewerId, changes, nowMs),
  });
  const revoked = { revoked: [] as string[], restored: [] as string[] };
  const merges = new ViewerMerges({
    store: createViewerMergesStore(database),
    log,
    onDue() {},
    revoked: {
      revoke: async (subjects) => void revoked.revoked.push(...subjects),
      restore: async (subjects) => void revoked.restored.push(...subjects),
    },
    events: { emit: () => {} },
    viewerData: [
      {
        outline: (viewerId) => titleMerge.outline(viewerId),
        move: (move, nowMs) => titleMerge.movePage(move, nowMs),
        undo: (move, nowMs) => titleMerge.undoPage(move, nowMs),
        erase: (viewerId) => resume.erase(viewerId),
        exported: {},
        async *export() {},
        ...change,
      },
    ],
  });
  return {
    store,
    merged,
    merges,
    positions,
    resume,
    titleMerge,
    revoked,
    journal,
    /** Somebody watched something. */
    say: (viewerId: string, ...records: readonly ResumeRecord[]) =>
      positions.apply(
        records.map((record) => {
          const media = {
            url: `https://films.example/${record.contentId}`,
            title: `${viewerId[0]} ${record.contentId}`,
          };
          return { viewerId, contentId: record.contentId, put: null, ...titleOf(record, media) };
        }),
      ),
    hide: (viewerId: string, contentId: string, hiddenAtMs: number) =>
      positions.apply([{ viewerId, contentId, record: null, registers: { ...NO_REGISTERS, hiddenAtMs }, media: null, put: null }]),
    /** What there is of somebody, but for what only counts. */
    async of(viewerId: string) {
      await positions.settle(viewerId);
      const titles = await positions.all(viewerId, null, 1000);
      const loaded = await positions.load(
        viewerId,
        titles.map(({ contentId }) => contentId),
      );
      return {
        titles: titles.map(({ rev: _, ...title }) => title),
        loaded: titles.map(({ contentId }) => {
          const { rev: _, ...title } = loaded.get(contentId) ?? { rev: 0 };
          return title;
        }),
        history: await positions.history(viewerId, null, 1000),
      };
    },
    /** Does whatever is due, one page after the other, and returns when that is done. */
    async work(nowMs: number): Promise<number> {
      let atMs = nowMs;
      while (await merges.step(atMs)) atMs += MERGE_PAUSE_MS;
      return atMs;
    },
  };
}

export type House = ReturnType<typeof openHouse>;

/** A database that ends with the process at its so-and-so-many-th call: before it does anything, or before it is told of. */
export function dyingAt(database: Database, call: number, when: 'before' | 'after') {
  const dead = () => new CodedError('unavailable', 'The process is gone.');
  let calls = 0;
  const dying =
    <A extends unknown[], T>(work: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      calls += 1;
      if (calls > call || (calls === call && when === 'before')) throw dead();
      const result = await work(...args);
      if (calls >= call) throw dead();
      return result;
    };
  return {
    database: replacing(database, {
      run: dying(database.run.bind(database)) as Database['run'],
      transaction: dying(database.transaction.bind(database)) as Database['transaction'],
    }),
    get died() {
      return calls >= call;
    },
  };
}
