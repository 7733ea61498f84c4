import { randomBytes } from 'node:crypto';
import { currentOf, lacksTitle } from '@cowatch/shared/queue';
import { isHost } from '@cowatch/shared/timeline';
import type { Feature, FeatureDeps } from '../platform/feature.ts';
import { AddLimit } from './queue.add-limit.ts';
import { noteOf, QueueBroadcaster } from './queue.broadcaster.ts';
import { QueueClock } from './queue.clock.ts';
import { QueueHeard } from './queue.heard.ts';
import { QUEUE_CLOCK_MS } from './queue.limits.ts';
import { createQueueMetrics } from './queue.metrics.ts';
import { cachedQueue, QUEUE } from './queue.record.ts';
import { QueueService } from './queue.service.ts';
import { registerQueueSocket } from './queue.socket.ts';

/** What is up next in a party: a companion of its record, committed with it. */
export function createQueueFeature(deps: FeatureDeps): Feature {
  const { clock, log, sockets } = deps;
  const members = deps.offered('members');
  const parties = deps.offered('parties');
  const titles = deps.offered('titles');
  const broadcaster = new QueueBroadcaster({ members, bus: sockets.bus });
  const heard = new QueueHeard(sockets.bus, members.room);
  const queues = new QueueService({
    parties,
    titles,
    broadcaster,
    adds: new AddLimit(),
    metrics: createQueueMetrics(deps.metrics),
    newCommitId: () => randomBytes(6).toString('base64url'),
  });
  const queueClock = new QueueClock({ parties, queues, heard, broadcaster, log });
  const stops = [broadcaster.listen(), heard.listen(), ...listen(deps, queues, heard, queueClock)];
  return {
    name: 'queue',
    commands: (registry) => registerQueueSocket(registry, members, queues),
    // Without jitter: how soon the next video begins depends on its interval.
    jobs: [{ name: 'queue-clock', intervalMs: QUEUE_CLOCK_MS, jitter: 0, run: () => queueClock.beat(clock.nowMs()) }],
    async stop() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}

/** What queues hear of other features; returns the stops. */
function listen(
  { clock, events, offered, sockets }: FeatureDeps,
  queues: QueueService,
  heard: QueueHeard,
  queueClock: QueueClock,
): (() => void)[] {
  const parties = offered('parties');
  const directory = offered('directory');
  const members = offered('members');
  return [
    events.on('member.reported', ({ sessionId, memberId, version, state }) => {
      const record = parties.cached(sessionId);
      // What is said of another version says nothing: nobody's word runs ahead of the party.
      if (record?.playback.timeline.version !== version) return;
      heard.report(sessionId, memberId, version, state, isHost(record.access, memberId));
    }),
    events.on('member.left', ({ sessionId, memberId }) => {
      if (parties.isThere(sessionId, memberId) === true) return;
      heard.left(sessionId, memberId);
      queueClock.moved(sessionId, memberId, false);
    }),
    events.on('member.drained', ({ sessionId, socketId }) => {
      const version = parties.cached(sessionId)?.companions?.[QUEUE]?.version;
      if (version !== undefined) members.tellSocket(socketId, 'queue:changed', noteOf(sessionId, version));
    }),
    events.on('session.committed', async ({ sessionId, playback }) => {
      const record = parties.cached(sessionId);
      if (playback?.timeline.cause.kind !== 'load' || record?.companions?.[QUEUE] === undefined) return;
      const queue = cachedQueue(parties, sessionId);
      if (queue !== null && (queue.current === null || currentOf(queue, record) !== null)) return;
      await queues.happened(sessionId, { kind: 'replaced' }, clock.nowMs());
    }),
    events.on('title.known', async ({ contentId, title }) => {
      for (const sessionId of parties.attended()) {
        const queue = cachedQueue(parties, sessionId);
        if (queue !== null && lacksTitle(queue, contentId))
          await queues.happened(sessionId, { kind: 'known', mediaId: contentId, title }, clock.nowMs());
      }
    }),
    events.on('member.joined', async ({ sessionId, memberId, socketId }) => {
      queueClock.moved(sessionId, memberId, true);
      const who = sockets.io.sockets.sockets.get(socketId)?.data;
      if (who === undefined || parties.cached(sessionId)?.companions?.[QUEUE] === undefined) return;
      if (!directory.mayHavePredecessors(who)) return;
      const guestIds = (await directory.predecessors(who.viewerId, sessionId)).map((viewerId) => parties.memberId(sessionId, viewerId));
      if (guestIds.length > 0) await queues.happened(sessionId, { kind: 'succeeded', guestIds, memberId }, clock.nowMs());
    }),
  ];
}
