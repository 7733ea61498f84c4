import type { Access, Media, Playback } from '@cowatch/shared/protocol';
import type { Effects, SessionRecord } from '@cowatch/shared/timeline';
import { z } from 'zod';
import { accessMessage, mediaMessage, playbackMessage } from './session.messages.ts';

/** Change of a session, as instances publish it to each other and announce it to their people. */
export interface SessionChange {
  readonly sessionId: string;
  /** Null where timeline and medium stay. */
  readonly playback: Playback | null;
  /** Null where settings and roles stay. */
  readonly access: Access | null;
  /** Members whose sockets are to leave. */
  readonly outIds: readonly string[];
  /** The video it ended with; null where it goes on. */
  readonly endedWith: Media | null;
}

/** What one commit changed. */
export function committedChange(record: SessionRecord, effects: Effects): SessionChange {
  const { id: sessionId, playback, access } = record;
  return {
    sessionId,
    playback: effects.playback ? playback : null,
    access: effects.access ? access : null,
    outIds: effects.kickedId === null ? [] : [effects.kickedId],
    endedWith: effects.ended ? playback.media : null,
  };
}

/** Everything that a record says, as if all of it had just changed. */
export function wholeChange({ id: sessionId, playback, access, bannedIds, endedAtMs }: SessionRecord): SessionChange {
  return { sessionId, playback, access, outIds: bannedIds, endedWith: endedAtMs === null ? null : playback.media };
}

const changeSchema = z.object({
  sessionId: z.string(),
  playback: playbackMessage.nullable().default(null),
  access: accessMessage.nullable(),
  outIds: z.array(z.string()),
  endedWith: mediaMessage.nullable(),
});

/** Null for what this version does not understand; it is healed from the store. */
export function parseChange(message: unknown): SessionChange | null {
  const parsed = changeSchema.safeParse(message);
  return parsed.success ? parsed.data : null;
}
