import { TOMBSTONE_KEPT_MS } from '@cowatch/shared/resume';
import type { ClusterClock } from '../platform/clock/cluster-clock.ts';
import type { Job } from '../platform/jobs/jobs.ts';
import type { ResumeHealth } from './resume.health.ts';
import {
  DEAD_LETTER_KEPT_MS,
  DURABILITY_CHECK_INTERVAL_MS,
  EXPIRY_BATCH,
  EXPIRY_INTERVAL_MS,
  GUEST_KEPT_MS,
  SCRUB_BATCH,
} from './resume.limits.ts';
import type { ResumeService } from './resume.service.ts';
import type { DeadLetterStore, RetentionStore } from './store/resume.store.ts';

export interface ResumeJobsDeps {
  readonly clock: ClusterClock;
  readonly store: Pick<RetentionStore, 'expire'>;
  readonly deadLetters: Pick<DeadLetterStore, 'expireDeadLetters'>;
  readonly resume: Pick<ResumeService, 'eraseIdle'>;
  readonly health: Pick<ResumeHealth, 'checkDurability'>;
}

/** Periodic work of resume: retention, and a look at Redis' settings. */
export function resumeJobs({ clock, store, deadLetters, resume, health }: ResumeJobsDeps): readonly Job[] {
  let eraseFrom = '';
  return [
    {
      name: 'resume-tombstones',
      intervalMs: EXPIRY_INTERVAL_MS,
      async run() {
        await store.expire(clock.nowMs() - TOMBSTONE_KEPT_MS, EXPIRY_BATCH);
      },
    },
    {
      name: 'resume-dead-letters',
      intervalMs: EXPIRY_INTERVAL_MS,
      run: () => deadLetters.expireDeadLetters(clock.nowMs() - DEAD_LETTER_KEPT_MS),
    },
    {
      name: 'resume-idle-guests',
      intervalMs: EXPIRY_INTERVAL_MS,
      async run() {
        if (!clock.ready) return;
        eraseFrom = await resume.eraseIdle(eraseFrom, clock.nowMs() - GUEST_KEPT_MS, SCRUB_BATCH);
      },
    },
    { name: 'resume-durability', intervalMs: DURABILITY_CHECK_INTERVAL_MS, run: () => health.checkDurability() },
  ];
}
