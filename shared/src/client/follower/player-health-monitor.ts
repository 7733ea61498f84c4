import type { Approach } from './approach.ts';
import { isOver } from './follow-target.ts';
import type { FollowerParts } from './follower-parts.ts';
import { type PlayerHealth, standingOf } from './player-standing.ts';

const HAVE_METADATA = 1;

/** Health of one player: read from its parts whenever it is asked for. */
export class PlayerHealthMonitor {
  readonly #parts: FollowerParts;
  readonly #approach: Approach;
  readonly #onHealth: (health: PlayerHealth) => void;
  #last: PlayerHealth | null = null;
  /** What the page has said of the player. */
  condition: 'advert' | 'unplayable' | null = null;

  /** @param onHealth called where a look at the health finds it changed */
  constructor(parts: FollowerParts, approach: Approach, onHealth: (health: PlayerHealth) => void) {
    this.#parts = parts;
    this.#approach = approach;
    this.#onHealth = onHealth;
  }

  look(): void {
    const health = this.read();
    const last = this.#last;
    const same =
      last &&
      last.state === health.state &&
      last.phase === health.phase &&
      last.driftMs === health.driftMs &&
      last.reach === health.reach &&
      last.behindLiveS === health.behindLiveS;
    this.#last = health;
    if (!same) this.#onHealth(health);
  }

  read(): PlayerHealth {
    const { env, player, medium, correction, standstill } = this.#parts;
    const mode = this.#parts.mode();
    const positionS = player.readyState >= HAVE_METADATA ? player.currentTime : null;
    const driftMs = mode === 'following' && !medium.isAtOwnPlace ? correction.estimateMs : null;
    const target = medium.isAtOwnPlace ? null : this.#parts.target();
    const nowMs = env.nowMs();
    const ended = target !== null && isOver(target, nowMs);
    // At an end that is this player's alone the others watch on: "watch again" there would take them along.
    const endsAlone = ended && target.goesOnWithout(nowMs);
    const reach = endsAlone ? 'breaks-off' : this.#parts.reach.standing(target?.positionAt(nowMs) ?? null);
    const standing = standingOf({
      mode,
      condition: this.condition,
      failed: Boolean(player.error),
      reach,
      ended,
      endsAlone,
      seeking: player.seeking,
      hidden: env.hidden?.() ?? false,
      live: medium.isAtOwnPlace,
      coarse: this.#parts.isCoarse(),
      stalledForMs: this.#stalledForMs(),
      heldForMs: mode === 'following' ? standstill.heldForMs : 0,
      driftMs,
    });
    return { ...standing, driftMs, positionS, reach, behindLiveS: medium.behindLiveS };
  }

  #stalledForMs(): number | null {
    const { env, place, standstill } = this.#parts;
    if (this.#parts.mode() === 'resting') return place.waitsForMs;
    if (this.#approach.isScheduled) return null;
    const sinceMs = this.#approach.emptySinceMs ?? standstill.sinceMs;
    return sinceMs === null ? null : env.nowMs() - sinceMs;
  }
}
