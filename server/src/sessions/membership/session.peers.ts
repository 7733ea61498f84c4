import type { SessionRecord } from '@cowatch/shared/timeline';
import { z } from 'zod';
import type { ClusterBus } from '../../platform/socket/cluster-bus.ts';
import type { LocalRoster } from '../presence/local-roster.ts';
import type { Companion } from '../session.companion.ts';
import { REPLICA_ASK_MS, SEEN_ASK_MS } from '../session.limits.ts';
import { recordSchema } from '../session.messages.ts';
import { socketRoom } from './socket-room.ts';

/** Request: was a member lately seen in a session? Presence takes a moment to arrive, and of a crowd has only counts. */
const SEEN = 'session:seen';

/** Request: the replica of a session's record. */
const REPLICA = 'session:known';

/** Request: a companion of a session as it is cached. */
const COMPANION = 'session:companion';

const companionRequest = z.object({ sessionId: z.string(), name: z.string() });
const companionAnswer = z.object({ name: z.string(), version: z.number(), record: z.unknown() });
const replicaRequest = z.object({ sessionId: z.string() });
const seenRequest = z.object({ sessionId: z.string(), memberId: z.string() });

export interface SessionPeersDeps {
  readonly bus: ClusterBus;
  readonly roster: Pick<LocalRoster, 'hasSeen'>;
}

/** The replicas that this instance can answer with. */
export interface ReplicaSource {
  /** The newest record of a session that is cached here. */
  cached(sessionId: string): SessionRecord | null;
  /** A companion of it that is cached here. */
  cachedCompanion(sessionId: string, name: string): Companion | null;
}

/** Peers of a session: requests to the instances that have members in it, and replies to theirs. */
export class SessionPeers {
  readonly #deps: SessionPeersDeps;

  constructor(deps: SessionPeersDeps) {
    this.#deps = deps;
  }

  /** Replies to what peers request; returns its stop. */
  serve(replicas: ReplicaSource): () => void {
    const { bus, roster } = this.#deps;
    const stops = [
      bus.reply(SEEN, (message) => {
        const { sessionId, memberId } = seenRequest.parse(message);
        return roster.hasSeen(sessionId, memberId);
      }),
      bus.reply(COMPANION, (message) => {
        const { sessionId, name } = companionRequest.parse(message);
        return replicas.cachedCompanion(sessionId, name);
      }),
      bus.reply(REPLICA, (message) => replicas.cached(replicaRequest.parse(message).sessionId)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** The records of a session that peers have cached. Never rejects. */
  async replicasOf(sessionId: string): Promise<readonly SessionRecord[]> {
    const answers = await this.#deps.bus.requestRoom(socketRoom(sessionId), REPLICA, { sessionId }, REPLICA_ASK_MS);
    return answers.flatMap((answer) => {
      const parsed = recordSchema.safeParse(answer);
      return parsed.success && parsed.data.id === sessionId ? [parsed.data] : [];
    });
  }

  /** A companion of a session as peers have it cached. Never rejects. */
  async companionsOf(sessionId: string, name: string): Promise<readonly Companion[]> {
    const answers = await this.#deps.bus.requestRoom(socketRoom(sessionId), COMPANION, { sessionId, name }, REPLICA_ASK_MS);
    return answers.flatMap((answer) => {
      const parsed = companionAnswer.safeParse(answer);
      return parsed.success && parsed.data.name === name ? [parsed.data] : [];
    });
  }

  /** Is, or lately was, a member in a session, on any instance? Never rejects. */
  async hasSeen(sessionId: string, memberId: string): Promise<boolean> {
    if (this.#deps.roster.hasSeen(sessionId, memberId)) return true;
    const answers = await this.#deps.bus.requestRoom(socketRoom(sessionId), SEEN, { sessionId, memberId }, SEEN_ASK_MS);
    return answers.includes(true);
  }

  /** Null where what peers publish of a session reaches its sockets here; else it resolves when it does. */
  subscribed(sessionId: string): Promise<void> | null {
    return this.#deps.bus.subscribed(socketRoom(sessionId));
  }
}
