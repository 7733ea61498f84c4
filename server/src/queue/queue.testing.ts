import type { Media, MediaRef, QueueChange, QueueCommand, QueueResult } from '@cowatch/shared/protocol';
import type { QueueRecord } from '@cowatch/shared/queue';
import type { SessionRecord } from '@cowatch/shared/timeline';
import type { ManualClock } from '../platform/clock/manual-clock.testing.ts';
import type { TestInstance } from '../sessions/recovery/recovery.testing.ts';
import { QUEUE, queueOf } from './queue.record.ts';
import { QueueService } from './queue.service.ts';

type Without<T> = T extends unknown ? Omit<T, 'sessionId' | 'opId' | 'issuedAtMs'> : never;

/** What a queue command wants, without its envelope. */
export type QueueBody = Without<QueueCommand>;

const mediumOf = (ref: MediaRef): Media => {
  const url = 'url' in ref ? ref.url : ref.titleId;
  return { id: `url:${url}`, url, kind: 'file', title: url, durationS: 10 };
};

/** The queues of one instance, on its sessions and without sockets. */
export class TestQueues {
  readonly service: QueueService;
  /** What its people were told. */
  readonly told: QueueChange[] = [];
  readonly #instance: TestInstance;
  readonly #clock: ManualClock;

  constructor(instance: TestInstance, clock: ManualClock, present = 3) {
    this.#instance = instance;
    this.#clock = clock;
    const { service } = instance;
    let commits = 0;
    this.service = new QueueService({
      parties: {
        attended: () => [],
        cached: (id) => service.cached(id),
        cachedCompanion: (id, name) => service.cachedCompanion(id, name),
        readWith: (id, name, nowMs) => service.readWith(id, name, nowMs),
        updateWith: (id, name, nowMs, decide) => service.updateWith(id, name, nowMs, decide),
        kept: (id) => service.kept(id),
        leadMs: () => 100,
        memberId: (id, viewerId) => service.memberId(id, viewerId),
        present: () => present,
        isThere: () => true,
      },
      titles: { resolve: async (ref) => ({ media: mediumOf(ref), startS: 0 }), learn: async () => null },
      broadcaster: { changed: (change) => void this.told.push(change), read: () => {} },
      adds: { take: () => {} },
      metrics: { command: () => {}, notKept: () => {} },
      newCommitId() {
        commits += 1;
        return `commit-${commits}-${Math.random()}`;
      },
    });
  }

  command(sessionId: string, person: string, opId: string, body: QueueBody): Promise<QueueResult> {
    const nowMs = this.#clock.nowMs();
    const command = { ...body, sessionId, opId, issuedAtMs: nowMs } as QueueCommand;
    return this.service.command(sessionId, { memberId: person, name: person }, command, nowMs);
  }

  /** Both records as they were last committed. */
  async read(sessionId: string): Promise<{ readonly session: SessionRecord; readonly queue: QueueRecord }> {
    const { record, companion } = await this.#instance.service.readWith(sessionId, QUEUE, this.#clock.nowMs());
    return { session: record, queue: queueOf(companion) };
  }
}
