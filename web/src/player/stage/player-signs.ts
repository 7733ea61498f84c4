import { Listeners } from '@cowatch/shared/listeners';

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
export class PlayerSigns {
  readonly #nowMs: () => number;
  readonly #changes = new Listeners();
  #shown: ShownSign | null = null;

  /** @param nowMs any clock that does not jump */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  readonly subscribe = this.#changes.add;

  /** Null before the first. */
  readonly shown = (): ShownSign | null => this.#shown;

  show(sign: PlayerSign): void {
    this.#shown = nextSign(this.#shown, sign, this.#nowMs());
    this.#changes.emit();
  }
}
