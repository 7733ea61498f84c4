import { type Access, type Media, type Playback, removalReasonSchema } from '@cowatch/shared/protocol';
import { type Effects, keptOutAddresses, type SessionRecord } from '@cowatch/shared/timeline';
import { z } from 'zod';
import { accessMessage, mediaMessage, playbackMessage } from './session.messages.ts';

/** Change of a session, as instances publish it to each other and announce it to their people. */
export interface SessionChange {
  readonly sessionId: string;
  /** Null where timeline and medium stay. */
  readonly playback: Playback | null;
  /** Null where settings and roles stay. */
  readonly access: Access | null;
  /**
   * Everybody who may not be in the session: told whole with the settings, at their version, so that a later change tells
   * what a lost one would have.
   */
  readonly outIds: readonly string[];
  /** Those of them who may knock: they were kicked; the others are banned. */
  readonly kickedIds: readonly string[];
  /** Keyed hashes of addresses whose sockets are to leave, but those of hosts. */
  readonly outAddresses: readonly string[];
  /** Who of them was removed by this very change; null where nobody was. */
  readonly removed: Effects['out'];
  /** The video it ended with; null where it goes on. */
  readonly endedWith: Media | null;
}

/** What one commit changed. */
export function committedChange(record: SessionRecord, { playback, access, out, ended }: Effects): SessionChange {
  const whole = wholeChange(record);
  return {
    ...whole,
    playback: playback ? whole.playback : null,
    ...(access ? {} : { access: null, outIds: [], kickedIds: [], outAddresses: [] }),
    removed: out,
    endedWith: ended ? record.playback.media : null,
  };
}

/** Everything that a record says, as if all of it had just changed. */
export function wholeChange(record: SessionRecord): SessionChange {
  const { id: sessionId, playback, access, bannedIds, kickedIds = [], version, endedAtMs } = record;
  return {
    sessionId,
    playback,
    access,
    outIds: [...bannedIds, ...kickedIds],
    kickedIds,
    // Versions are at least cluster time: an address whose time ran out since is let in at the next join.
    outAddresses: keptOutAddresses(record, version),
    removed: null,
    endedWith: endedAtMs === null ? null : playback.media,
  };
}

const changeSchema = z.object({
  sessionId: z.string(),
  playback: playbackMessage.nullable().default(null),
  access: accessMessage.nullable(),
  outIds: z.array(z.string()),
  kickedIds: z.array(z.string()).default([]),
  outAddresses: z.array(z.string()).default([]),
  removed: z.object({ memberId: z.string(), reason: removalReasonSchema }).nullable().default(null),
  endedWith: mediaMessage.nullable(),
});

/** Null for what this version does not understand; it is healed from the store. */
export function parseChange(message: unknown): SessionChange | null {
  const parsed = changeSchema.safeParse(message);
  return parsed.success ? parsed.data : null;
}
