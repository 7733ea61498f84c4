import type { ResumeDevice, ResumeMedia } from './record.ts';

/** What a device plays, as it said last: a formula and not a stream of ticks. */
export interface DevicePlaying {
  readonly contentId: string;
  /** Null where only the program that plays it knows how to. */
  readonly media: ResumeMedia | null;
  /** Milliseconds at `atMs`. */
  readonly positionMs: number;
  /** Null while the player does not know it, and for what is live. */
  readonly durationMs: number | null;
  readonly paused: boolean;
  /** It should play, and the browser there waits for somebody to tap. */
  readonly blocked: boolean;
  readonly live: boolean;
  readonly rate: number;
  /** Server milliseconds at which `positionMs` held. */
  readonly atMs: number;
}

/** One page or program of a device that can be told what to do, while it is connected. */
export interface DeviceScreen {
  /** Of its connection: another one after every reconnect. */
  readonly screenId: string;
  readonly device: ResumeDevice;
  /** Null where there is no player. */
  readonly playing: DevicePlaying | null;
  /** Can it be sent a title? */
  readonly opens: boolean;
  /** When it said so, in server milliseconds. */
  readonly saidAtMs: number;
}

/** Most screens of one viewer that are listed. */
export const SCREENS_MAX = 20;

/** Does its position move? */
export function isMoving({ paused, blocked, live }: Pick<DevicePlaying, 'paused' | 'blocked' | 'live'>): boolean {
  return !paused && !blocked && !live;
}

/** Where a device is now, in milliseconds, if it went on as it said. */
export function playingPositionMs(playing: DevicePlaying, nowMs: number): number {
  const { positionMs, durationMs, atMs, rate } = playing;
  const movedMs = isMoving(playing) ? Math.max(0, nowMs - atMs) * rate : 0;
  return Math.min(positionMs + movedMs, Math.max(positionMs, durationMs ?? Number.POSITIVE_INFINITY));
}

/** Which of two screens is before the other: the one that plays, then the one with a player, then the one heard of last. */
function before(a: DeviceScreen, b: DeviceScreen): number {
  return weightOf(b) - weightOf(a) || b.saidAtMs - a.saidAtMs || (a.screenId < b.screenId ? -1 : 1);
}

const weightOf = ({ playing }: DeviceScreen) => (playing === null ? 0 : playing.paused ? 1 : 2);

/** The first so many screens, the most telling ones first. */
export function firstScreens(screens: Iterable<DeviceScreen>): readonly DeviceScreen[] {
  return [...screens].sort(before).slice(0, SCREENS_MAX);
}

/** Each device once: of several tabs the one that plays stands for it. */
export function devicesOf(screens: Iterable<DeviceScreen>): readonly DeviceScreen[] {
  const devices = new Map<string, DeviceScreen>();
  for (const screen of firstScreens(screens)) {
    if (!devices.has(screen.device.id)) devices.set(screen.device.id, screen);
  }
  return [...devices.values()];
}
