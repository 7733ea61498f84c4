import type { Playback } from '../../protocol/index.ts';
import type { SessionNotice } from './session-client.types.ts';

/** What a new timeline tells people; null where there is nothing to tell (the server's own doing, a stated length or place). */
export function noticeOf(playback: Playback, ownMemberId: string | null): SessionNotice | null {
  const { cause, positionS, rate } = playback.timeline;
  if (cause.name === null) return null;
  const by = { name: cause.name, own: cause.memberId === ownMemberId };
  switch (cause.kind) {
    case 'play':
      return { kind: 'played', ...by };
    case 'pause':
      return { kind: 'paused', ...by };
    case 'load':
      return { kind: 'loaded', ...by, replaced: cause.replaced ?? null };
    case 'restore-media':
      return { kind: 'restored', ...by };
    case 'rate':
      return { kind: 'rate', ...by, rate };
    case 'seek':
      return { kind: 'jumped', ...by, positionS, fromPositionS: cause.fromPositionS ?? positionS };
    default:
      return null;
  }
}

/** Is this the start that was scheduled before, brought forward? People were told of it when it was scheduled. */
export function isSoonerStart(before: Playback | null, { media, timeline }: Playback): boolean {
  if (before === null || before.media.id !== media.id || timeline.cause.kind !== 'load') return false;
  const { cause, positionS, atMs } = before.timeline;
  return cause.kind === 'load' && cause.memberId === timeline.cause.memberId && positionS === timeline.positionS && timeline.atMs < atMs;
}
