import { partyNameFor } from '../media/party-name.ts';
import { nextVersion } from './position.ts';
import { isNamed, type SessionRecord } from './session-record.ts';

/** What is on has got a title. */
export interface Entitled {
  readonly next: SessionRecord;
  /** Is the party called otherwise by it, too? */
  readonly renamed: boolean;
}

/**
 * Gives what is on the title that its service has for it. Where playback is, and how it goes on, stays as it is; a party that
 * nobody has named is called as what it watches.
 *
 * @returns null where there is nothing to do: it has a title, something else is on, or the party is over
 */
export function entitle(record: SessionRecord, mediaId: string, title: string, nowMs: number): Entitled | null {
  const { playback, access, endedAtMs } = record;
  if (endedAtMs !== null || playback.media.id !== mediaId || playback.media.title !== null) return null;
  const version = nextVersion(record.version, nowMs);
  const media = { ...playback.media, title };
  const timeline = { ...playback.timeline, version, cause: { kind: 'title', memberId: null, name: null } as const };
  const name = isNamed(record) ? access.name : partyNameFor(media);
  const renamed = name !== access.name;
  return {
    next: { ...record, version, playback: { media, timeline }, access: renamed ? { ...access, version, name } : access },
    renamed,
  };
}
