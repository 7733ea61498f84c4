/** Player sign: what a key or a finger has just done, as it is shown over the picture. */
export type PlayerSign =
  | { readonly kind: 'play' | 'pause' }
  /** Adds up with the jumps just before, in the same direction. */
  | { readonly kind: 'jump'; readonly seconds: number }
  | { readonly kind: 'place'; readonly positionS: number }
  /** From 0 to 1. */
  | { readonly kind: 'volume'; readonly volume: number }
  | { readonly kind: 'rate'; readonly rate: number }
  | { readonly kind: 'captions'; readonly shown: 'on' | 'off' | 'none' };

/** A sign as it stands: each new one takes the place of the last. */
export interface ShownSign {
  readonly sign: PlayerSign;
  /** Other than the last one's, so that an animation begins anew. */
  readonly id: number;
  readonly atMs: number;
}

/** How long a sign stands after the last press, in milliseconds; jumps within it add up. */
export const SIGN_MS = 900;

/** The sign to show after another one was made at `nowMs`. */
export function nextSign(shown: ShownSign | null, sign: PlayerSign, nowMs: number): ShownSign {
  const id = (shown?.id ?? 0) + 1;
  if (sign.kind === 'jump' && shown?.sign.kind === 'jump' && nowMs - shown.atMs < SIGN_MS) {
    const together = shown.sign.seconds > 0 === sign.seconds > 0;
    if (together) return { sign: { kind: 'jump', seconds: shown.sign.seconds + sign.seconds }, id, atMs: nowMs };
  }
  return { sign, id, atMs: nowMs };
}

/** Carries signs from what was pressed to the picture. What others do is for the chips. */
export interface PlayerSigns {
  show(sign: PlayerSign): void;
  /** Null before the first. */
  shown(): ShownSign | null;
  subscribe(listener: () => void): () => void;
}

/** @param nowMs any clock that does not jump */
export function createPlayerSigns(nowMs: () => number): PlayerSigns {
  const listeners = new Set<() => void>();
  let shown: ShownSign | null = null;
  return {
    show(sign) {
      shown = nextSign(shown, sign, nowMs());
      for (const listener of listeners) listener();
    },
    shown: () => shown,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
