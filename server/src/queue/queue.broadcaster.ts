import { queueChangedSchema } from '@cowatch/shared/answers';
import type { QueueChange } from '@cowatch/shared/protocol';
import type { ClusterBus } from '../platform/socket/cluster-bus.ts';
import type { Members } from '../sessions/index.ts';

/** A change of a queue, as instances publish it to each other. */
const CHANGED = 'queue:changed';

export interface QueueBroadcasterDeps {
  readonly members: Pick<Members, 'tell' | 'room'>;
  readonly bus: ClusterBus;
}

/**
 * Broadcasts of queues: to the sockets here, and to the instances that have others. Which came first two instances cannot know
 * of each other: a client puts changes in order, or asks. What is lost on the way is found by `look`.
 */
export class QueueBroadcaster {
  readonly #deps: QueueBroadcasterDeps;
  /** By session: the newest version that somebody here was told of. Bound: sessions with people here; `forget` takes the others out. */
  readonly #told = new Map<string, number>();

  constructor(deps: QueueBroadcasterDeps) {
    this.#deps = deps;
  }

  /** Passes on what other instances publish; returns its stop. */
  listen(): () => void {
    return this.#deps.bus.subscribe(CHANGED, (message) => {
      const parsed = queueChangedSchema.safeParse(message);
      if (parsed.success) this.#tell(parsed.data as QueueChange);
    });
  }

  /** This instance has committed a change. */
  changed(change: QueueChange): void {
    const { members, bus } = this.#deps;
    bus.publishToRoom(members.room(change.sessionId), CHANGED, change);
    this.#tell(change);
  }

  /** Somebody here has read the queue at this version. */
  read(sessionId: string, version: number): void {
    if (!this.#told.has(sessionId)) this.#told.set(sessionId, version);
  }

  /** The queue is known here to be at this version: where people here were told of older ones, they learn that there is more. */
  look(sessionId: string, version: number): void {
    const told = this.#told.get(sessionId);
    if (told !== undefined && told < version) this.#tell(noteOf(sessionId, version));
  }

  /** Keeps what is of these sessions only. */
  forgetBut(attended: ReadonlySet<string>): void {
    for (const sessionId of this.#told.keys()) if (!attended.has(sessionId)) this.#told.delete(sessionId);
  }

  #tell(change: QueueChange): void {
    const { sessionId, version } = change;
    this.#told.set(sessionId, Math.max(version, this.#told.get(sessionId) ?? 0));
    this.#deps.members.tell(sessionId, 'queue:changed', change);
  }
}

/** Says which version there is, and not what led to it. */
export function noteOf(sessionId: string, version: number): QueueChange {
  return { sessionId, from: version, version, removed: [], put: [], votes: [], placed: [], played: [], causes: [] };
}
