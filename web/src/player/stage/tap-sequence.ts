/** What a tap on the picture means. */
export type TapMeaning =
  | { readonly kind: 'controls' }
  /** `first`: the tap before it was taken for one on its own, which it was not. */
  | { readonly kind: 'jump'; readonly seconds: number; readonly first: boolean };

export interface TapSequence {
  /**
   * @param place from 0, the left edge of the picture, to 1
   * @param atMs on any clock that does not jump
   */
  tap(place: number, atMs: number): TapMeaning;
}

/** A second tap within this time makes a double tap, in milliseconds: the platforms' own value. */
const DOUBLE_TAP_MS = 300;
/** After a double tap every further tap this soon after the last adds to it, in milliseconds. */
const CHAIN_MS = 700;
/** The outer thirds jump. */
const SIDE = 1 / 3;
const JUMP_S = 10;

/**
 * One tap shows or hides the controls; two on the left or right jump back or on, and each further one jumps again. Two in the
 * middle are two taps.
 */
export function createTapSequence(): TapSequence {
  let last: { readonly side: -1 | 0 | 1; readonly atMs: number; readonly jumped: boolean } | null = null;
  return {
    tap(place, atMs) {
      const side = place < SIDE ? -1 : place > 1 - SIDE ? 1 : 0;
      const sinceMs = last === null ? Number.POSITIVE_INFINITY : atMs - last.atMs;
      const follows = side !== 0 && last?.side === side && sinceMs < (last.jumped ? CHAIN_MS : DOUBLE_TAP_MS);
      const first = follows && last?.jumped === false;
      last = { side, atMs, jumped: follows };
      return follows ? { kind: 'jump', seconds: side * JUMP_S, first } : { kind: 'controls' };
    },
  };
}
