import { REACTION_FRAME_MS, REACTION_LARGE_FRAME_MS, REACTIONS_NAMED_MAX_PEOPLE, topReactions } from '@cowatch/shared/chat';
import type { ReactionBurst } from '@cowatch/shared/protocol';
import { z } from 'zod';
import type { ClusterBus } from '../platform/socket/cluster-bus.ts';
import type { Members } from '../sessions/index.ts';
import { REACTION_KINDS_MAX } from './chat.limits.ts';

/** Reactions of one instance's people, as it publishes them to the others. */
const REACTED = 'reaction:sent';

/** Most reactions that are named one by one in a frame: what 50 people can send in its time, and then some. */
const NAMED_MAX = 200;

const published = z.object({
  sessionId: z.string(),
  counts: z.array(z.tuple([z.string(), z.number()])).max(REACTION_KINDS_MAX),
  from: z.array(z.object({ memberId: z.string(), emoji: z.string() })).max(NAMED_MAX),
});

type From = NonNullable<ReactionBurst['from']>[number];

/** Reactions between two frames. Bounds: `REACTION_KINDS_MAX` kinds, `NAMED_MAX` names. */
class Gathered {
  readonly counts = new Map<string, number>();
  readonly from: From[] = [];

  add(emoji: string, count: number): void {
    const before = this.counts.get(emoji);
    if (before !== undefined || this.counts.size < REACTION_KINDS_MAX) this.counts.set(emoji, (before ?? 0) + count);
  }

  name(from: readonly From[]): void {
    this.from.push(...from.slice(0, NAMED_MAX - this.from.length));
  }
}

interface Pending {
  /** What people here are to be told, and what the other instances are. */
  readonly told: Gathered;
  readonly sent: Gathered;
  readonly sinceMs: number;
}

export interface ReactionsDeps {
  readonly members: Pick<Members, 'tell' | 'count' | 'room'>;
  readonly bus: Pick<ClusterBus, 'publishToRoom' | 'subscribe'>;
  /** Cluster milliseconds. */
  nowMs(): number;
}

/** Reactions of parties with people here, gathered into frames; none is kept. Bound: one entry for each party that reacts. */
export class Reactions {
  readonly #deps: ReactionsDeps;
  readonly #pending = new Map<string, Pending>();

  constructor(deps: ReactionsDeps) {
    this.#deps = deps;
  }

  /** Takes what other instances publish; returns its stop. */
  listen(): () => void {
    const { bus, nowMs } = this.#deps;
    return bus.subscribe(REACTED, (message) => {
      const parsed = published.safeParse(message);
      if (!parsed.success) return;
      const { told } = this.#of(parsed.data.sessionId, nowMs());
      for (const [emoji, count] of parsed.data.counts) told.add(emoji, count);
      told.name(parsed.data.from);
    });
  }

  add(sessionId: string, memberId: string, emoji: string, nowMs: number): void {
    const { told, sent } = this.#of(sessionId, nowMs);
    for (const gathered of [told, sent]) {
      gathered.add(emoji, 1);
      gathered.name([{ memberId, emoji }]);
    }
  }

  /** Tells what is due. */
  beat(): void {
    const nowMs = this.#deps.nowMs();
    for (const [sessionId, { told, sent, sinceMs }] of this.#pending) {
      const isNamed = this.#deps.members.count(sessionId) <= REACTIONS_NAMED_MAX_PEOPLE;
      if (nowMs - sinceMs < (isNamed ? REACTION_FRAME_MS : REACTION_LARGE_FRAME_MS)) continue;
      this.#pending.delete(sessionId);
      this.#tell(sessionId, told, sent, isNamed);
    }
  }

  #tell(sessionId: string, told: Gathered, sent: Gathered, isNamed: boolean): void {
    const { members, bus } = this.#deps;
    if (sent.counts.size > 0) {
      bus.publishToRoom(members.room(sessionId), REACTED, { sessionId, counts: [...sent.counts], from: isNamed ? sent.from : [] });
    }
    const top = isNamed ? [...told.counts] : topReactions(told.counts);
    const counts = Object.fromEntries(top);
    members.tell(sessionId, 'reaction:burst', { sessionId, counts, ...(isNamed ? { from: told.from } : {}) });
  }

  #of(sessionId: string, nowMs: number): Pending {
    const pending = this.#pending.get(sessionId) ?? { told: new Gathered(), sent: new Gathered(), sinceMs: nowMs };
    this.#pending.set(sessionId, pending);
    return pending;
  }
}
