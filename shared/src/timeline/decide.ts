import {
  COMMAND_MAX_AGE_MS,
  CodedError,
  type CommandResult,
  type Media,
  type ModerationEntry,
  type Playback,
  REMEMBERED_OPS,
  type RemovalReason,
  type TimelineCause,
} from '../protocol/index.ts';
import { changeAccess } from './access-changes.ts';
import { type Action, type Change, type DecisionContext, type PlaybackAction, patched } from './change.ts';
import { isShutOut, notOpen } from './door.ts';
import { logged } from './moderation-log.ts';
import { changePlayback, loadedParty } from './playback-changes.ts';
import { nextVersion, playbackPositionAt } from './position.ts';
import type { SessionRecord } from './session-record.ts';
import { changeSubtitles } from './subtitles.ts';

export type Decision =
  /** Commit `next` if the record is still at the version it was decided on; then tell. */
  | { readonly kind: 'commit'; readonly next: SessionRecord; readonly result: CommandResult; readonly effects: Effects }
  /** Seen before: give the same answer again. */
  | { readonly kind: 'repeat'; readonly result: CommandResult }
  | { readonly kind: 'refused'; readonly error: CodedError };

/** What a commit changed, and whom it concerns. */
export interface Effects {
  readonly playback: boolean;
  readonly access: boolean;
  /** Who is to leave, and why; null where nobody is. */
  readonly out: { readonly memberId: string; readonly reason: RemovalReason } | null;
  readonly ended: boolean;
}

/**
 * What a command makes of a session. Pure: the same record, command and context give the same decision, so that a lost
 * compare-and-set is simply decided again on the newer record.
 */
export function decide(record: SessionRecord, action: Action, context: DecisionContext): Decision {
  const seen = record.ops.find((op) => op.opId === action.opId && op.memberId === context.actor.memberId);
  if (seen) return { kind: 'repeat', result: seen.result };
  try {
    assertTimely(record, action.issuedAtMs, context);
    const change = changeFor(record, action, context);
    return commit(record, action.opId, change, context);
  } catch (error) {
    if (error instanceof CodedError) return { kind: 'refused', error };
    throw error;
  }
}

/**
 * A medium takes the place of the one that is on, and plays from `atMs` on: what a `load` makes of the party, for those who
 * have decided that by rules of their own.
 * @param atMs cluster milliseconds of the scheduled start
 * @param by null where the server does
 */
export function changeOver(
  record: SessionRecord,
  { media, positionS }: { readonly media: Media; readonly positionS: number },
  { nowMs, atMs, by }: { readonly nowMs: number; readonly atMs: number; readonly by: DecisionContext['actor'] | null },
): { readonly next: SessionRecord; readonly effects: Effects } {
  const cause = { memberId: by?.memberId ?? null, name: by?.name ?? null };
  const herePositionS = playbackPositionAt(record.playback, nowMs);
  const { timeline, ...change } = loadedParty(record, { media, startS: 0, positionS }, { herePositionS, atMs, nowMs, by: cause });
  return applied(record, { ...change, timeline: { ...timeline, playing: true } }, nowMs);
}

/** A scheduled start that need not be waited for so long any more, its cause as it was; null where it is no later than `atMs`. */
export function hastenStart(
  record: SessionRecord,
  nowMs: number,
  atMs: number,
): { readonly next: SessionRecord; readonly effects: Effects } | null {
  const { timeline } = record.playback;
  if (!timeline.playing || timeline.atMs <= atMs || record.endedAtMs !== null) return null;
  return applied(record, { timeline: { atMs } }, nowMs);
}

/** The pause of a session nobody is in: it stops where the last one was seen, or is left alone when it does not run. */
export function pauseEmpty(record: SessionRecord, lastSeenAtMs: number, nowMs: number): SessionRecord | null {
  const { timeline, media } = record.playback;
  if (!timeline.playing || record.endedAtMs !== null) return null;
  const version = nextVersion(record.version, nowMs);
  const positionS = playbackPositionAt(record.playback, lastSeenAtMs);
  const cause: TimelineCause = { kind: 'empty', memberId: null, name: null };
  return {
    ...record,
    version,
    playback: { media, timeline: { ...timeline, positionS, playing: false, atMs: nowMs, version, cause } },
  };
}

function changeFor(record: SessionRecord, action: Action, context: DecisionContext): Change {
  if (isPlayback(action)) return changePlayback(record, action, context);
  if (action.kind !== 'add-subtitles' && action.kind !== 'remove-subtitles') {
    return changeAccess(record, action, context);
  }
  const subtitles = changeSubtitles(record, action, context);
  return subtitles === null ? {} : { access: { subtitles } };
}

const isPlayback = (action: Action): action is PlaybackAction =>
  ['play', 'pause', 'seek', 'rate', 'load', 'duration', 'anchor', 'restore-media'].includes(action.kind);

function assertTimely(record: SessionRecord, issuedAtMs: number, { nowMs, actor }: DecisionContext): void {
  if (record.endedAtMs !== null) throw new CodedError('gone', 'This party has ended.');
  if (isShutOut(record, actor.memberId)) throw notOpen();
  if (Math.abs(nowMs - issuedAtMs) > COMMAND_MAX_AGE_MS) {
    throw new CodedError('conflict', 'This came too late to be carried out.');
  }
}

function commit(record: SessionRecord, opId: string, change: Change, context: DecisionContext): Decision {
  const { nowMs, actor } = context;
  const { next, effects } = applied(record, change, nowMs);
  const changed = effects.playback || effects.access || effects.ended || change.log !== undefined;
  const result: CommandResult = { version: next.playback.timeline.version, changed };
  const log = change.log === undefined ? {} : { log: logged(record.log, entryOf(record, change.log, context)) };
  // Even a command that changed nothing is remembered: its repeat must not act on a later state.
  const ops = [...record.ops, { opId, memberId: actor.memberId, result }].slice(-REMEMBERED_OPS);
  return { kind: 'commit', next: { ...next, ...log, ops }, result, effects };
}

function applied(record: SessionRecord, change: Change, nowMs: number): { readonly next: SessionRecord; readonly effects: Effects } {
  const version = nextVersion(record.version, nowMs);
  const playbackChanged = change.timeline !== undefined || change.media !== undefined;
  const media = change.media ?? record.playback.media;
  const playback: Playback = playbackChanged
    ? {
        media,
        timeline: {
          ...record.playback.timeline,
          ...change.timeline,
          mediaId: media.id,
          version,
          cause: change.cause ?? record.playback.timeline.cause,
        },
      }
    : record.playback;
  const next: SessionRecord = {
    ...record,
    version,
    playback,
    access: change.access === undefined ? record.access : patched(record.access, change.access, version),
    ...change.record,
    endedAtMs: change.ended ? nowMs : record.endedAtMs,
  };
  const access = change.access !== undefined;
  return { next, effects: { playback: playbackChanged, access, out: change.out ?? null, ended: change.ended === true } };
}

function entryOf(
  record: SessionRecord,
  { kind, targetId, detail }: NonNullable<Change['log']>,
  { nowMs, actor, seen }: DecisionContext,
): ModerationEntry {
  const target = targetId === undefined ? null : { memberId: targetId, name: seen(targetId)?.name ?? nameOnRecord(record, targetId) };
  return { atMs: nowMs, kind, by: { memberId: actor.memberId, name: actor.name }, target, detail: detail ?? null };
}

/** What somebody was called who is not here any more: as they were banned, or as the log last named them. Null where neither did. */
function nameOnRecord({ bans = [], log = [] }: SessionRecord, memberId: string): string | null {
  const named = log.findLast(({ target }) => target?.memberId === memberId && target.name !== null);
  return bans.find((ban) => ban.memberId === memberId)?.name ?? named?.target?.name ?? null;
}
