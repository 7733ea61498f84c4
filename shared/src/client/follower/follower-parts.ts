import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { MediaElementLike } from '../medium/media-element.ts';
import type { Medium } from '../medium/medium.ts';
import type { Reach } from '../medium/reach.ts';
import type { DriftCorrection } from './drift-correction.ts';
import type { FollowTarget } from './follow-target.ts';
import type { Landing } from './landing.ts';
import type { FollowerMode, PlayerHealth } from './player-standing.ts';
import type { PlayerWatch, UserIntents } from './player-watch.ts';
import type { RestingPlace } from './resting-place.ts';
import type { Standstill } from './standstill.ts';

export interface FollowerDeps {
  readonly env: ClientEnvironment;
  /** The target as it is now; null while there is none. */
  target(ownDurationS: number | null): FollowTarget | null;
  /** What the user did to the player itself. */
  readonly intents: UserIntents;
  /** Called when the health changed. */
  onHealth(health: PlayerHealth): void;
  /** Called when the player knows how long its medium is, in seconds. */
  onDuration(durationS: number): void;
  /**
   * Called when what was live has become a recording and the timeline does not say yet where in it the party is: this player
   * is here, in seconds. Called again with every later version of the timeline that does not say it.
   */
  onLiveEnded?(positionS: number, durationS: number): void;
}

/** What a follower and the ways it has with its player work with. */
export interface FollowerParts {
  readonly env: ClientEnvironment;
  readonly player: MediaElementLike;
  readonly watch: PlayerWatch;
  readonly reach: Reach;
  readonly medium: Medium;
  readonly correction: DriftCorrection;
  readonly standstill: Standstill;
  readonly place: RestingPlace;
  /** The target as it is now; null while there is none. */
  target(): FollowTarget | null;
  isCoarse(): boolean;
  /** When the player was last seen to run, or to load, in local monotonic milliseconds. */
  activeAtMs(): number;
  mode(): FollowerMode;
  enter(mode: FollowerMode): void;
  /** Ends whatever is on: a correction, a landing. */
  leaveMotion(): void;
  /** Plays now; `landing` is null where no instant was kept. */
  start(landing: Landing | null, lateMs: number): void;
}
