import type { MemberState } from '@cowatch/shared/protocol';
import { z } from 'zod';
import type { ClusterBus } from '../platform/socket/cluster-bus.ts';
import { HEARD_AGAIN_MS } from './queue.limits.ts';

/** How the players of one instance's people do, as instances publish it to each other. */
const HEARD = 'queue:heard';

const heardSchema = z.object({
  sessionId: z.string(),
  version: z.number(),
  ready: z.int().min(0),
  ended: z.int().min(0),
  unable: z.int().min(0),
  hostEnded: z.boolean(),
});

/** How many of one instance's people are ready for a timeline, have seen its end, or cannot play it. */
type Heard = z.infer<typeof heardSchema>;

/** Players that nobody waits for: they will not start with the others. */
const UNABLE: readonly MemberState[] = ['blocked', 'unplayable', 'advert', 'background', 'away'];

interface OfSession {
  version: number;
  /** By member: what their player said last of this version. */
  readonly states: Map<string, { readonly state: MemberState; readonly isHost: boolean }>;
  /** By instance. */
  readonly elsewhere: Map<string, Heard>;
  published: string;
  publishedAtMs: number;
}

/**
 * What members report of the newest timeline of each session: who is ready for it, and who has seen its end. Instances tell
 * each other counts. Bound: one entry per session with people here, and one state per member in it.
 */
export class QueueHeard {
  readonly #sessions = new Map<string, OfSession>();
  readonly #bus: ClusterBus;
  readonly #room: (sessionId: string) => string;

  constructor(bus: ClusterBus, room: (sessionId: string) => string) {
    this.#bus = bus;
    this.#room = room;
  }

  /** Takes what other instances publish; returns its stop. */
  listen(): () => void {
    return this.#bus.subscribe(HEARD, (message, instanceId) => {
      const parsed = heardSchema.safeParse(message);
      if (!parsed.success) return;
      const ofSession = this.#at(parsed.data.sessionId, parsed.data.version);
      ofSession?.elsewhere.set(instanceId, parsed.data);
    });
  }

  report(sessionId: string, memberId: string, version: number, state: MemberState, isHost: boolean): void {
    this.#at(sessionId, version)?.states.set(memberId, { state, isHost });
  }

  left(sessionId: string, memberId: string): void {
    this.#sessions.get(sessionId)?.states.delete(memberId);
  }

  /** What is known of this version of the timeline, on all instances; tells the others what is known here. */
  of(sessionId: string, version: number, nowMs: number): Omit<Heard, 'sessionId' | 'version'> {
    const ofSession = this.#at(sessionId, version);
    if (ofSession === undefined || ofSession.version !== version) return { ready: 0, ended: 0, unable: 0, hostEnded: false };
    const here = countsOf(sessionId, ofSession);
    const text = JSON.stringify(here);
    if (text !== ofSession.published || nowMs - ofSession.publishedAtMs >= HEARD_AGAIN_MS) {
      ofSession.published = text;
      ofSession.publishedAtMs = nowMs;
      this.#bus.publishToRoom(this.#room(sessionId), HEARD, here);
    }
    const all = [here, ...ofSession.elsewhere.values()];
    const sum = (count: 'ready' | 'ended' | 'unable') => all.reduce((total, one) => total + one[count], 0);
    return { ready: sum('ready'), ended: sum('ended'), unable: sum('unable'), hostEnded: all.some((one) => one.hostEnded) };
  }

  forgetBut(attended: ReadonlySet<string>): void {
    for (const sessionId of this.#sessions.keys()) if (!attended.has(sessionId)) this.#sessions.delete(sessionId);
  }

  /** The entry of a session at this version; undefined where a newer one is known. */
  #at(sessionId: string, version: number): OfSession | undefined {
    let ofSession = this.#sessions.get(sessionId);
    if (ofSession !== undefined && ofSession.version > version) return undefined;
    if (ofSession === undefined || ofSession.version < version) {
      ofSession = { version, states: new Map(), elsewhere: new Map(), published: '', publishedAtMs: Number.NEGATIVE_INFINITY };
      this.#sessions.set(sessionId, ofSession);
    }
    return ofSession;
  }
}

function countsOf(sessionId: string, { version, states }: OfSession): Heard {
  const heard = { sessionId, version, ready: 0, ended: 0, unable: 0, hostEnded: false };
  for (const { state, isHost } of states.values()) {
    if (state === 'ended') {
      heard.ended += 1;
      if (isHost) heard.hostEnded = true;
    } else if (state === 'playing') heard.ready += 1;
    else if (UNABLE.includes(state)) heard.unable += 1;
  }
  return heard;
}
