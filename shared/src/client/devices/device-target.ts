import type { DeviceAction, DeviceAnswer } from '../../protocol/index.ts';
import { MEDIA_TITLE_MAX_CHARS } from '../../protocol/limits.ts';
import { cutText } from '../../protocol/storable.ts';
import { type DevicePlaying, playingPositionMs, type ResumeMedia } from '../../resume/index.ts';
import type { PlaybackDriver } from '../solo/solo-client.types.ts';

/** Further from where it would be by what was said, the player has jumped, or stood still; in milliseconds. */
const JUMP_MS = 1500;

/** A title that another device sends, and where to begin. */
export interface SentTitle {
  readonly contentId: string;
  readonly media: ResumeMedia | null;
  readonly positionMs: number;
}

/** What one's other devices can see and press here. */
export interface DeviceTarget {
  /** The buttons of the player; null where there is none. */
  readonly driver: PlaybackDriver | null;
  /** What people call what it plays. */
  readonly title: string | null;
  /** Milliseconds; null while it is not known, infinite for what is live. */
  durationMs(): number | null;
  /**
   * What shows a title here, called once the other device has its answer; null where this one cannot be shown. Null
   * altogether in a party: it is not left for a title.
   */
  readonly opening: ((title: SentTitle) => (() => void) | null) | null;
}

/** What plays at a moment of the server's time; null where nothing does. */
export function playingOf(target: DeviceTarget, nowMs: number): DevicePlaying | null {
  const { driver } = target;
  const { playback = null, sync } = driver?.state ?? {};
  const positionS = driver?.targetPositionS() ?? null;
  if (playback === null || positionS === null) return null;
  const { media, timeline } = playback;
  const durationMs = target.durationMs();
  const isKnown = durationMs !== null && Number.isFinite(durationMs) && durationMs > 0;
  return {
    contentId: media.id,
    media: { url: media.url, title: cutText(target.title?.trim() ?? '', MEDIA_TITLE_MAX_CHARS) || null },
    positionMs: Math.max(0, Math.round(positionS * 1000)),
    durationMs: isKnown ? Math.ceil(durationMs) : null,
    paused: !timeline.playing || sync?.phase === 'ended',
    blocked: sync?.phase === 'blocked',
    live: durationMs === Number.POSITIVE_INFINITY,
    rate: timeline.rate,
    atMs: Math.floor(nowMs),
  };
}

/** Is what was announced no longer what plays? */
export function isOutdated(said: DevicePlaying | null, now: DevicePlaying | null): boolean {
  if (said === null || now === null) return said !== now;
  const keys = ['contentId', 'paused', 'blocked', 'live', 'rate', 'durationMs'] as const;
  if (keys.some((key) => said[key] !== now[key]) || said.media?.title !== now.media?.title) return true;
  return !now.live && Math.abs(playingPositionMs(said, now.atMs) - now.positionMs) > JUMP_MS;
}

/** What became of an order, and what is still to be done once that has been answered. */
export interface CarriedOut {
  readonly answer: DeviceAnswer;
  readonly afterwards?: () => void;
}

/** Does what another device asks, as if somebody had pressed it here. `nowMs` gives the server's time. */
export async function carryOut(
  target: DeviceTarget | null,
  action: Exclude<DeviceAction, { kind: 'rename' }>,
  nowMs: () => number,
): Promise<CarriedOut> {
  const { driver = null, opening = null } = target ?? {};
  const done = (): DeviceAnswer => ({
    ok: true,
    data: { playing: target === null ? null : playingOf(target, nowMs()) },
  });
  if (action.kind === 'open') {
    if (opening === null && driver !== null) return refused('forbidden', 'There is a party on that device.');
    const show = opening?.(action) ?? null;
    return show === null ? refused('conflict', 'That device cannot show this.') : { answer: done(), afterwards: show };
  }
  if (driver === null || driver.state.playback === null) return refused('conflict', 'Nothing plays on that device.');
  const outcome = action.kind === 'seek' ? await driver.seek(action.positionMs / 1000) : await driver[action.kind]();
  return { answer: outcome.ok ? done() : outcome };
}

/** Not done, and why. */
export function refused(code: 'forbidden' | 'conflict' | 'unavailable', message: string): CarriedOut {
  return { answer: { ok: false, error: { code, message } } };
}
