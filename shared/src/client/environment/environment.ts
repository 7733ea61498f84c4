import type { ClientEnvironment } from './client-environment.ts';
import { type GestureHost, senseGestures } from './gesture-sense.ts';

/** The globals both browsers and Node offer; looked up by name because shared code is checked without their types. */
interface Host {
  readonly navigator?: { readonly userAgent?: string };
  readonly performance: { now(): number };
  readonly setTimeout: (callback: () => void, delayMs: number) => unknown;
  readonly clearTimeout: (handle: unknown) => void;
  readonly fetch: (url: string, init: { readonly credentials: 'include' }) => Promise<unknown>;
  readonly document?: {
    readonly hidden: boolean;
    addEventListener(type: string, listener: () => void): void;
    removeEventListener(type: string, listener: () => void): void;
  };
  readonly addEventListener?: (type: string, listener: () => void) => void;
  readonly removeEventListener?: (type: string, listener: () => void) => void;
}

/** One for all the clients of a page: it listens as long as the page is there. */
let gestures: (() => number | null) | null = null;

/** Pictures against `currentTime` in Firefox: 7 ms late, measured at 30 frames a second on a 60 Hz screen. */
const DISPLAY_LEAD_FIREFOX_MS = -7;

/** From `play()` to the first movement in Chromium with sound, measured: 65 to 97 ms, and 44 ms after a long rest. */
const CHROMIUM_STARTS = { startMs: 80, restedStartMs: 45, startsKnown: true };

/** The place this program runs in: a page, or Node. */
export function hostEnvironment(): ClientEnvironment {
  const host = globalThis as unknown as Host;
  const clocks: ClientEnvironment = {
    nowMs: () => host.performance.now(),
    wallMs: () => Date.now(),
    setTimer: (callback, delayMs) => host.setTimeout(callback, delayMs),
    clearTimer: (handle) => host.clearTimeout(handle),
    random: () => Math.random(),
  };
  const { document } = host;
  if (!document) return clocks;
  const userAgent = host.navigator?.userAgent ?? '';
  gestures ??= senseGestures(host as unknown as GestureHost);
  const lastGestureMs = gestures;
  const isChromium = /Chrom(e|ium)\//.test(userAgent);
  return {
    ...clocks,
    displayLeadMs: () => (/Firefox\//.test(userAgent) ? DISPLAY_LEAD_FIREFOX_MS : 0),
    ...(isChromium ? { startLatencies: () => CHROMIUM_STARTS } : {}),
    relocksFrames: () => isChromium,
    async renewIdentity(serverUrl) {
      // A request without a valid cookie is given one.
      await host.fetch(new URL('/api/v1/me', serverUrl).href, { credentials: 'include' });
    },
    hidden: () => document.hidden,
    lastGestureMs,
    onWake(callback) {
      const onVisibility = () => {
        if (!document.hidden) callback();
      };
      document.addEventListener('visibilitychange', onVisibility);
      document.addEventListener('resume', callback);
      host.addEventListener?.('online', callback);
      host.addEventListener?.('pageshow', callback);
      return () => {
        document.removeEventListener('visibilitychange', onVisibility);
        document.removeEventListener('resume', callback);
        host.removeEventListener?.('online', callback);
        host.removeEventListener?.('pageshow', callback);
      };
    },
  };
}
