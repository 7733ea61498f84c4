/** Stage activity: whether the controls are seen. They hide after stillness, unless something keeps them. */
export interface StageActivity {
  active(): boolean;
  /** A sign of activity: shows the controls, and hides them after stillness. */
  stir(): void;
  /** Hides them at once, where they may hide. */
  hide(): void;
  /** True while it plays and all is well: only then they hide. */
  setHides(hides: boolean): void;
  subscribe(listener: () => void): () => void;
  stop(): void;
}

export interface StageActivityOptions {
  /** Asked when they are about to hide: a menu is open, the focus or the pointer is on them. */
  readonly kept: () => boolean;
  /** Calls back after a delay in milliseconds; returns its stop. */
  readonly after: (delayMs: number, action: () => void) => () => void;
}

/** Stillness after which they hide, in milliseconds. */
export const STILL_MS = 3000;

export function createStageActivity({ kept, after }: StageActivityOptions): StageActivity {
  const listeners = new Set<() => void>();
  let active = true;
  let hides = false;
  let stopTimer = () => {};

  const set = (next: boolean) => {
    if (next === active) return;
    active = next;
    for (const listener of listeners) listener();
  };
  const hide = () => {
    stopTimer();
    if (!hides) return;
    if (kept()) schedule();
    else set(false);
  };
  const schedule = () => {
    stopTimer();
    if (hides) stopTimer = after(STILL_MS, hide);
  };

  return {
    active: () => active,
    stir() {
      set(true);
      schedule();
    },
    hide,
    setHides(next) {
      hides = next;
      set(true);
      schedule();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => stopTimer(),
  };
}
