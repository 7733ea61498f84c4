import type { ChatSettings } from '../protocol/chat.ts';
import { SLOW_ABOVE_PER_S, SLOW_QUIET_MS, SLOW_STEPS_MS, SLOW_WINDOW_MS } from './chat.constants.ts';

/** Lines are counted by pieces of time of this length, in milliseconds. */
const PIECE_MS = 250;

/**
 * Slow mode by itself: what the rate of lines asks for. Everybody who hears all lines comes to the same; the first to
 * commit it wins. Bound: the pieces of one window.
 */
export class SlowMode {
  #pieces: { readonly piece: number; count: number }[] = [];
  #steppedAtMs: number;
  /** When there were last too many. */
  #loudAtMs: number;

  constructor(nowMs: number) {
    this.#steppedAtMs = nowMs - SLOW_WINDOW_MS;
    this.#loudAtMs = nowMs;
  }

  /** A line was said. @param atMs cluster time */
  heard(atMs: number): void {
    const piece = Math.floor(atMs / PIECE_MS);
    const last = this.#pieces.at(-1);
    if (last !== undefined && last.piece >= piece) last.count += 1;
    else this.#pieces.push({ piece, count: 1 });
    if (this.#pieces.length > SLOW_WINDOW_MS / PIECE_MS + 1) this.#pieces.shift();
  }

  /** Slow mode was changed. */
  changed(nowMs: number): void {
    this.#steppedAtMs = nowMs;
  }

  /** What slow mode should be now, in milliseconds; null where it should stay. */
  due({ slowMs, slowBy }: ChatSettings, nowMs: number): number | null {
    const isLoud = this.#rate(nowMs) > SLOW_ABOVE_PER_S;
    if (isLoud) this.#loudAtMs = nowMs;
    // Hosts have the last word as long as theirs is one.
    if (slowBy === 'hosts' && slowMs > 0) return null;
    if (!isLoud) return slowMs > 0 && nowMs - this.#loudAtMs >= SLOW_QUIET_MS ? 0 : null;
    // Each step has the time to show.
    if (nowMs - this.#steppedAtMs < SLOW_WINDOW_MS) return null;
    return SLOW_STEPS_MS.find((step) => step > slowMs) ?? null;
  }

  /** Lines a second over the last window. */
  #rate(nowMs: number): number {
    const from = Math.floor((nowMs - SLOW_WINDOW_MS) / PIECE_MS);
    let lines = 0;
    for (const { piece, count } of this.#pieces) if (piece > from) lines += count;
    return (lines * 1000) / SLOW_WINDOW_MS;
  }
}
