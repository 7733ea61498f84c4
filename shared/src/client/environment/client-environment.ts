import type { KnownLatencies } from '../../follow/index.ts';

/** Timers and clocks of the place the client runs in; tests pass their own. */
export interface ClientEnvironment {
  /** Local monotonic milliseconds (`performance.now()`). */
  nowMs(): number;
  /** Wall clock in Unix milliseconds: compared with `nowMs` to notice sleep. */
  wallMs(): number;
  setTimer(callback: () => void, delayMs: number): unknown;
  clearTimer(handle: unknown): void;
  /** In [0, 1), for jitter and ids. */
  random(): number;
  /** What players of this browser show ahead of their `currentTime`, in milliseconds (`PlayerTraits`). */
  displayLeadMs?(): number;
  /** How long players of this browser take to start, in milliseconds, where that is known beforehand. */
  startLatencies?(): Omit<KnownLatencies, 'seekMs'>;
  /** True where players of this browser can be made to place their frames anew (`PlayerTraits`). */
  relocksFrames?(): boolean;
  /**
   * When a person last did something here that may have reached a player, in local monotonic milliseconds (−∞: never yet);
   * null while that cannot be felt, as in a window of picture in picture. Absent outside browsers.
   */
  lastGestureMs?(): number | null;
  /** True while the page is hidden; absent outside browsers. */
  hidden?(): boolean;
  /** Calls back on wake, visibility and network changes; returns its stop. */
  onWake?(callback: () => void): () => void;
  /** Gets a new identity after the server refused the old one; browsers fetch a cookie. */
  renewIdentity?(serverUrl: string): Promise<void>;
}
